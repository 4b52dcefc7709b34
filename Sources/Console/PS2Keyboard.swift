/// The numbers that a keyboard gives its keys.
public enum ScanCodeSet: Sendable {
  /// Those of the XT: what a controller that translates makes of set 2, as it does after the BIOS.
  case one
  /// Those of the AT, which every PS/2 keyboard sends.
  case two
}

/// Keys that change what others mean, while they are held or until they are pressed again.
public struct KeyModifiers: Equatable, Sendable {
  /// One of the two Shift keys is held.
  public var shift: Bool
  /// One of the two Control keys is held.
  public var control: Bool
  /// The left Alt key is held.
  public var alt: Bool
  /// The right Alt key is held, which is AltGr on a German keyboard.
  public var rightAlt: Bool
  /// Letters are capitals until Caps Lock is pressed again.
  public var capsLock: Bool
  /// The keypad has digits until Num Lock is pressed again.
  public var numLock: Bool

  /// Makes a set of modifiers; none, where nothing is said.
  public init(
    shift: Bool = false, control: Bool = false, alt: Bool = false, rightAlt: Bool = false,
    capsLock: Bool = false, numLock: Bool = false
  ) {
    self.shift = shift
    self.control = control
    self.alt = alt
    self.rightAlt = rightAlt
    self.capsLock = capsLock
    self.numLock = numLock
  }
}

/// A key of a keyboard that was pressed or released.
public struct KeyEvent: Equatable, Sendable {
  /// What the key means under the modifiers; `nil` for a modifier, and for keys without a meaning
  /// here.
  public let key: ConsoleKey?
  /// The key's number in scan-code set 1; bit 7 is set where it has the prefix `e0`.
  public let code: UInt8
  /// Whether it was pressed, or is held and repeats; else released.
  public let isPressed: Bool
  /// The modifiers after it.
  public let modifiers: KeyModifiers
}

/// A PS/2 keyboard's bytes, as keys.
///
/// ```swift
/// var decoder = PS2KeyDecoder(layout: .german)
/// if let event = decoder.event(for: byte), event.isPressed, let key = event.key { … }
/// ```
/// Codes: IBM Personal System/2 Hardware Interface Technical Reference, "Keyboards".
public struct PS2KeyDecoder: Sendable {
  /// What the keys' characters are.
  public var layout: KeyboardLayout

  private var codes: ScanCodes
  private var modifiers = KeyModifiers()
  /// The modifier keys that are held, a bit each: left and right are released one by one.
  private var held: UInt8 = 0

  /// Makes a decoder for a keyboard on which nothing is held.
  public init(layout: KeyboardLayout = .us, set: ScanCodeSet = .one) {
    self.layout = layout
    codes = ScanCodes(set: set)
  }

  /// Takes a byte; returns what it says of a key, once that is complete.
  public mutating func event(for byte: UInt8) -> KeyEvent? {
    guard let stroke = codes.stroke(for: byte) else { return nil }
    let isModifier = update(stroke)
    return KeyEvent(
      key: isModifier ? nil : key(stroke),
      code: stroke.code | (stroke.isExtended ? 0x80 : 0), isPressed: stroke.isPressed,
      modifiers: modifiers)
  }

  /// Notes a modifier; returns whether the key is one.
  private mutating func update(_ stroke: ScanCodes.Stroke) -> Bool {
    let bit: UInt8
    switch (stroke.code, stroke.isExtended) {
    case (0x2a, false): bit = 1
    case (0x36, false): bit = 2
    case (0x1d, false): bit = 4
    case (0x1d, true): bit = 8
    case (0x38, false): bit = 16
    case (0x38, true): bit = 32
    // A lock repeats while it is held, and is switched once.
    case (0x3a, false):
      if isFirstPress(stroke, 64) { modifiers.capsLock.toggle() }
      return true
    case (0x45, false):
      if isFirstPress(stroke, 128) { modifiers.numLock.toggle() }
      return true
    default: return false
    }
    held = stroke.isPressed ? held | bit : held & ~bit
    modifiers.shift = held & 3 != 0
    modifiers.control = held & 12 != 0
    modifiers.alt = held & 16 != 0
    modifiers.rightAlt = held & 32 != 0
    return true
  }

  /// Notes whether the key with that bit is held; returns whether it was not before.
  private mutating func isFirstPress(_ stroke: ScanCodes.Stroke, _ bit: UInt8) -> Bool {
    let wasHeld = held & bit != 0
    held = stroke.isPressed ? held | bit : held & ~bit
    return stroke.isPressed && !wasHeld
  }

  private func key(_ stroke: ScanCodes.Stroke) -> ConsoleKey? {
    switch stroke.code {
    case 0x01 where !stroke.isExtended: .escape
    case 0x0e where !stroke.isExtended: .backspace
    case 0x0f where !stroke.isExtended: .tab
    case 0x1c: .enter
    case 0x35 where stroke.isExtended: .character(UInt8(ascii: "/"))
    case 0x37 where !stroke.isExtended: .character(UInt8(ascii: "*"))
    case 0x3b...0x44 where !stroke.isExtended: .function(stroke.code - 0x3a)
    case 0x57, 0x58: stroke.isExtended ? nil : .function(stroke.code - 0x57 + 11)
    case 0x47...0x53: keypadKey(stroke)
    default: stroke.isExtended ? nil : character(stroke.code).map { .character($0) }
    }
  }

  /// A key of the keypad, or of the block beside it, whose codes are the same with a prefix.
  private func keypadKey(_ stroke: ScanCodes.Stroke) -> ConsoleKey? {
    // Shift gives the keypad's other meaning while it is held.
    let hasDigits = modifiers.numLock != modifiers.shift
    if !stroke.isExtended {
      let digits = "789-456+1230.".utf8Span.span
      let character = digits[Int(stroke.code - 0x47)]
      if hasDigits || stroke.code == 0x4a || stroke.code == 0x4e { return .character(character) }
    }
    return switch stroke.code {
    case 0x47: .home
    case 0x48: .up
    case 0x49: .pageUp
    case 0x4b: .left
    case 0x4d: .right
    case 0x4f: .end
    case 0x50: .down
    case 0x51: .pageDown
    case 0x52: .insert
    case 0x53: .delete
    default: nil
    }
  }

  private func character(_ code: UInt8) -> UInt8? {
    if modifiers.rightAlt, let found = layout.character(of: code, .altGr) {
      return found
    }
    guard let plain = layout.character(of: code, .plain) else { return nil }
    let shifted = layout.character(of: code, .shift) ?? plain
    // Caps Lock is for letters: those whose two characters differ in bit 5 alone.
    let isLetter = plain & ~0x20 == shifted && (plain | 0x20 >= 0xe0 || (0x61...0x7a) ~= plain)
    let isShifted = modifiers.shift != (isLetter && modifiers.capsLock)
    return isShifted ? shifted : plain
  }
}
