public import Addressing

extension LineEditor {
  /// Outcome of completing a line.
  public enum Completion: Equatable, Sendable {
    /// No word begins with the line, or the cursor is not at its end.
    case none
    /// The line is longer now; where it is a whole word, a space was added.
    case extended
    /// Several words begin with the line, and have no more in common.
    case ambiguous
  }

  /// Completes the line to the one word that begins with it, or to what those that do have in
  /// common. O(n) in characters of all words.
  ///
  /// - Parameters:
  ///   - count: The number of words.
  ///   - word: The word of that index: printable ASCII.
  ///   - echo: Shows what is added.
  public mutating func complete(
    among count: Int, word: (Int) -> String, echo: inout some TextSink & ~Copyable
  ) -> Completion {
    guard isAtEnd else { return .none }
    var matches = 0
    var first = 0
    // The characters that all matches have in common.
    var common = 0
    for index in 0..<count where isPrefix(of: word(index)) {
      if matches == 0 {
        first = index
        common = word(index).utf8Span.count
      } else {
        common = Swift.min(common, Self.commonCount(word(first), word(index)))
      }
      matches += 1
    }
    guard matches > 0 else { return .none }
    let length = line.count
    let characters = word(first).utf8Span.span
    for index in length..<Swift.max(common, length) {
      _ = take(.character(characters[index]), echo: &echo)
    }
    if matches == 1 { _ = take(.character(UInt8(ascii: " ")), echo: &echo) }
    return line.count > length ? .extended : .ambiguous
  }

  /// Whether a word begins with the line.
  public func isPrefix(of word: String) -> Bool {
    let characters = word.utf8Span.span
    guard characters.count >= line.count else { return false }
    for index in 0..<line.count where line.bytes[index] != characters[index] { return false }
    return true
  }

  private static func commonCount(_ one: String, _ other: String) -> Int {
    let one = one.utf8Span.span
    let other = other.utf8Span.span
    var count = 0
    while count < one.count, count < other.count, one[count] == other[count] { count += 1 }
    return count
  }
}
