/// The bytes that a terminal sends, as keys.
///
/// Keys without a character are sequences after ECMA-48 (section 5.4), as the VT220 and xterm send
/// them: `ESC [ A`, `ESC O A`, `ESC [ 3 ~`. A sequence of another key is taken in and has no
/// effect.
public struct SerialKeyDecoder: Sendable {
  private enum State {
    case ground
    /// After `ESC`.
    case escape
    /// After `ESC O`.
    case shift
    /// After `ESC [`, with the first number so far.
    case sequence(UInt8)
    /// In a later number: those of the modifiers.
    case modifiers(UInt8)
  }

  private var state = State.ground

  /// Makes a decoder that awaits the first byte of a key.
  public init() {}

  /// Takes a byte; returns the key that it ends.
  public mutating func key(for byte: UInt8) -> ConsoleKey? {
    // Escape begins a sequence anew, wherever it comes.
    if byte == 0x1b {
      state = .escape
      return nil
    }
    switch state {
    case .ground:
      return Self.plainKey(byte)
    case .escape:
      switch byte {
      case UInt8(ascii: "["): state = .sequence(0)
      case UInt8(ascii: "O"): state = .shift
      default: state = .ground
      }
      return nil
    case .shift:
      state = .ground
      return Self.key(endingWith: byte, number: 0)
    case .sequence(let number), .modifiers(let number):
      return part(byte, of: number)
    }
  }

  private mutating func part(_ byte: UInt8, of number: UInt8) -> ConsoleKey? {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"):
      if case .sequence = state {
        let (tens, overflow) = number.multipliedReportingOverflow(by: 10)
        let (sum, isTooLarge) = tens.addingReportingOverflow(byte - UInt8(ascii: "0"))
        state = .sequence(overflow || isTooLarge ? .max : sum)
      }
      return nil
    case 0x20...0x3f:
      state = .modifiers(number)
      return nil
    case 0x40...0x7e:
      state = .ground
      return Self.key(endingWith: byte, number: number)
    default:
      // No part of a sequence: the sequence is broken, and the byte is a key of its own.
      state = .ground
      return Self.plainKey(byte)
    }
  }

  private static func plainKey(_ byte: UInt8) -> ConsoleKey? {
    switch byte {
    case 0x0d, 0x0a: .enter
    case 0x08, 0x7f: .backspace
    case 0x09: .tab
    case 0x01: .home  // Ctrl-A
    case 0x05: .end  // Ctrl-E
    case 0x20...0x7e: .character(byte)
    default: nil
    }
  }

  private static func key(endingWith byte: UInt8, number: UInt8) -> ConsoleKey? {
    switch byte {
    case UInt8(ascii: "A"): .up
    case UInt8(ascii: "B"): .down
    case UInt8(ascii: "C"): .right
    case UInt8(ascii: "D"): .left
    case UInt8(ascii: "H"): .home
    case UInt8(ascii: "F"): .end
    case UInt8(ascii: "~"):
      switch number {
      case 1, 7: .home
      case 2: .insert
      case 3: .delete
      case 4, 8: .end
      case 5: .pageUp
      case 6: .pageDown
      default: nil
      }
    default: nil
    }
  }
}
