/// The codes that a PS/2 keyboard sends, as those of set 1.
///
/// A key has a code in each set; a prefix, `e0`, tells apart the keys that came with the keyboard
/// of 101 keys. In set 1 a release has bit 7 set, in set 2 the prefix `f0`.
struct ScanCodes {
  /// A key that was pressed or released.
  struct Stroke: Equatable {
    /// Its code in set 1, below 0x80.
    var code: UInt8
    /// Whether it had the prefix `e0`.
    var isExtended: Bool
    var isPressed: Bool
  }

  let set: ScanCodeSet
  private var isExtended = false
  private var isRelease = false
  /// The codes of the Pause key that are still to come.
  private var ignored = 0

  init(set: ScanCodeSet) { self.set = set }

  /// Takes a byte; returns the stroke that it ends.
  mutating func stroke(for byte: UInt8) -> Stroke? {
    if set == .two, byte == 0xf0 {
      isRelease = true
      return nil
    }
    if ignored > 0 {
      ignored -= 1
      isRelease = false
      return nil
    }
    switch byte {
    case 0xe0:
      isExtended = true
      return nil
    case 0xe1:
      // Pause: two codes when it is pressed, two when it is released.
      ignored = 2
      return nil
    default:
      defer {
        isExtended = false
        isRelease = false
      }
      return key(byte)
    }
  }

  private func key(_ byte: UInt8) -> Stroke? {
    var stroke = Stroke(code: byte & 0x7f, isExtended: isExtended, isPressed: byte & 0x80 == 0)
    if set == .two {
      guard let code = Self.firstSetCode(of: byte) else { return nil }
      stroke.code = code
      stroke.isPressed = !isRelease
    }
    // Answers of the keyboard to commands, and its errors, are no keys.
    guard (0x01...0x6d).contains(stroke.code) else { return nil }
    // An extended key may come in between two of these, which are no keys.
    if isExtended, stroke.code == 0x2a || stroke.code == 0x36 { return nil }
    return stroke
  }

  /// The code in set 1 of a key of set 2, as a keyboard controller translates it.
  private static func firstSetCode(of code: UInt8) -> UInt8? {
    if code == 0x83 { return 0x41 }  // F7
    guard code < 0x80 else { return nil }
    let digits = translation.utf8Span.span
    // 16 codes a line, two digits each, and the end of the line.
    let start = Int(code >> 4) * 33 + Int(code & 0xf) * 2
    func value(_ digit: UInt8) -> UInt8 { (digit & 0xf) + (digit >> 6) * 9 }
    let found = value(digits[start]) << 4 | value(digits[start + 1])
    return found < 0x80 ? found : nil
  }

  private static var translation: String {
    """
    ff43413f3d3b3c58644442403e0f2959
    65382a701d10025a66712c1f1e11035b
    672e2d201205045c68392f211413065d
    693130232215075e6a7232241608095f
    6b332517180b0a606c34352627190c61
    6d7328741a0d626e3a361c1b752b6376
    55567778797a0e7b7c4f7d4b477e7f6f
    5253504c4d480145574e514a37494654
    """
  }
}
