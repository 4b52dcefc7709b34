import Addressing

/// The name of a reservation that the command line asks for: 1 to 15 bytes, not all of them spaces.
///
/// Linux: `RESERVE_MEM_NAME_SIZE`, which counts a terminating zero.
public struct ReservationName: Sendable, Equatable {
  private var characters = InlineArray<15, UInt8>(repeating: 0)
  private var count = 0

  init() {}

  /// The name with that text; `nil` where it is empty, blank or too long.
  init?(_ text: RawSpan) {
    guard text.byteCount <= characters.count else { return nil }
    var hasText = false
    for index in text.byteOffsets {
      characters[index] = text[byteAt: index]
      if !characters[index].isSpace { hasText = true }
    }
    guard hasText else { return nil }
    count = text.byteCount
  }

  /// Whether two names have the same bytes.
  public static func == (left: ReservationName, right: ReservationName) -> Bool {
    guard left.count == right.count else { return false }
    for index in 0..<left.count where left.characters[index] != right.characters[index] {
      return false
    }
    return true
  }

  /// The name's bytes.
  public var bytes: RawSpan {
    @_lifetime(borrow self) get { characters.span.raw.extracting(first: count) }
  }
}
