import Addressing

extension RawSpan {
  /// Whether the bytes are those of `text`.
  package func isEqual(to text: String) -> Bool {
    let characters = text.utf8Span.span
    guard characters.count == byteCount else { return false }
    for index in byteOffsets where self[byteAt: index] != characters[index] { return false }
    return true
  }
}
