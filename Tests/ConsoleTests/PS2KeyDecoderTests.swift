import Testing

@testable import Console

@Suite struct PS2KeyDecoderTests {
  /// The keys that are pressed, of a keyboard's bytes.
  private func keys(
    _ bytes: [UInt8], _ layout: KeyboardLayout = .us, set: ScanCodeSet = .one
  ) -> [ConsoleKey] {
    var decoder = PS2KeyDecoder(layout: layout, set: set)
    return bytes.compactMap { byte in
      guard let event = decoder.event(for: byte), event.isPressed else { return nil }
      return event.key
    }
  }

  /// The characters that are typed, where nothing but characters is.
  private func text(
    _ bytes: [UInt8], _ layout: KeyboardLayout = .us, set: ScanCodeSet = .one
  ) -> String {
    var text = ""
    for key in keys(bytes, layout, set: set) {
      if case .character(let byte) = key {
        text.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        text += "<\(key)>"
      }
    }
    return text
  }

  @Test func keysArePressedAndReleased() {
    var decoder = PS2KeyDecoder()
    let a = decoder.event(for: 0x1e)
    #expect(
      a == KeyEvent(key: .character(0x61), code: 0x1e, isPressed: true, modifiers: KeyModifiers()))
    let release = decoder.event(for: 0x9e)
    #expect(
      release
        == KeyEvent(key: .character(0x61), code: 0x1e, isPressed: false, modifiers: KeyModifiers()))
  }

  @Test(arguments: [
    (
      KeyboardLayout.us, "1234567890-=qwertyuiop[]asdfghjkl;'`\\zxcvbnm,./ \\",
      "!@#$%^&*()_+QWERTYUIOP{}ASDFGHJKL:\"~|ZXCVBNM<>? |"
    ),
    (
      .german, "1234567890ß´qwertzuiopü+asdfghjklöä^#yxcvbnm,.- <",
      "!\"§$%&/()=?`QWERTZUIOPÜ*ASDFGHJKLÖÄ°'YXCVBNM;:_ >"
    ),
  ])
  func everyKeyHasItsCharacter(_ layout: KeyboardLayout, _ plain: String, _ shifted: String) {
    let codes: [UInt8] =
      Array(0x02...0x0d) + Array(0x10...0x1b) + Array(0x1e...0x29) + Array(0x2b...0x35)
      + [0x39, 0x56]
    #expect(text(codes, layout) == plain)
    #expect(text([0x2a] + codes, layout) == shifted)
    #expect(text([0x36] + codes, layout) == shifted)
  }

  @Test func altGrHasCharactersOfItsOwn() {
    let codes: [UInt8] = [
      0x03, 0x04, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x10, 0x1b, 0x32, 0x56, 0x1e,
    ]
    #expect(text([0xe0, 0x38] + codes, .german) == "²³{[]}\\@~µ|a")
    #expect(text([0xe0, 0x38] + codes, .us) == "237890-q]m\\a")
    #expect(text([0x38] + codes, .german) == "237890ßq+m<a")
  }

  @Test func bothShiftKeysMustBeReleased() {
    #expect(text([0x2a, 0x1e, 0x36, 0xaa, 0x1e, 0xb6, 0x1e]) == "AAa")
  }

  @Test func capsLockIsForLettersAndShiftTurnsItAround() {
    // It repeats while it is held.
    let on: [UInt8] = [0x3a, 0x3a, 0x3a, 0xba]
    #expect(text(on + [0x1e, 0x02, 0x2a, 0x1e, 0x02, 0xaa] + on + [0x1e]) == "A1a!a")
    #expect(text(on + [0x27, 0x0c, 0x28, 0x1a, 0x1b], .german) == "ÖßÄÜ+")
  }

  @Test func keysWithoutACharacter() {
    #expect(
      keys([0x01, 0x0e, 0x0f, 0x1c, 0xe0, 0x1c, 0x3b, 0x44, 0x57, 0x58]) == [
        .escape, .backspace, .tab, .enter, .enter, .function(1), .function(10), .function(11),
        .function(12),
      ])
    let block: [UInt8] = [0x47, 0x48, 0x49, 0x4b, 0x4d, 0x4f, 0x50, 0x51, 0x52, 0x53]
    let names: [ConsoleKey] = [
      .home, .up, .pageUp, .left, .right, .end, .down, .pageDown, .insert, .delete,
    ]
    #expect(keys(block) == names)
    #expect(keys(block.flatMap { [0xe0, $0] }) == names)
    // With Num Lock on, the keyboard sends a release of Shift that is none around these.
    #expect(keys([0x45, 0xc5, 0x2a, 0xe0, 0xaa, 0xe0, 0x48]) == [.up])
  }

  @Test func theKeypadHasDigits() {
    let pad: [UInt8] = Array(0x47...0x53)
    #expect(text([0x45, 0xc5] + pad) == "789-456+1230.")
    #expect(text([0x2a] + pad) == "789-456+1230.")
    #expect(keys([0x45, 0xc5, 0x2a, 0x48]) == [.up])
    #expect(text([0x4a, 0x4e, 0x37, 0xe0, 0x35]) == "-+*/")
  }

  @Test func modifiersAreReported() {
    var decoder = PS2KeyDecoder()
    var modifiers: [KeyModifiers] = []
    for byte: UInt8 in [0x1d, 0x38, 0xe0, 0x1d, 0x9d, 0xb8, 0xe0, 0x9d, 0x3a, 0x45] {
      if let event = decoder.event(for: byte) {
        #expect(event.key == nil)
        modifiers.append(event.modifiers)
      }
    }
    #expect(
      modifiers == [
        KeyModifiers(control: true), KeyModifiers(control: true, alt: true),
        KeyModifiers(control: true, alt: true), KeyModifiers(control: true, alt: true),
        KeyModifiers(control: true), KeyModifiers(), KeyModifiers(capsLock: true),
        KeyModifiers(capsLock: true, numLock: true),
      ])
  }

  @Test func pauseIsNoKey() {
    #expect(text([0x1e, 0xe1, 0x1d, 0x45, 0xe1, 0x9d, 0xc5, 0x1e]) == "aa")
    let pause: [UInt8] = [0xe1, 0x14, 0x77, 0xe1, 0xf0, 0x14, 0xf0, 0x77]
    #expect(text([0x1c] + pause + [0x1c], set: .two) == "aa")
  }

  @Test(arguments: [ScanCodeSet.one, .two])
  func answersAndErrorsAreNoKeys(_ set: ScanCodeSet) {
    var decoder = PS2KeyDecoder(set: set)
    for byte: UInt8 in [0x00, 0xff, 0xfa, 0xfe, 0xee] { #expect(decoder.event(for: byte) == nil) }
  }

  @Test func theSecondSetHasTheSameKeys() {
    // "Hi!" and Home, with all releases.
    let bytes: [UInt8] = [
      0x12, 0x33, 0xf0, 0x33, 0xf0, 0x12, 0x43, 0xf0, 0x43, 0x59, 0x16, 0xf0, 0x16, 0xf0, 0x59,
      0xe0, 0x6c, 0xe0, 0xf0, 0x6c,
    ]
    #expect(
      keys(bytes, set: .two) == [
        .character(UInt8(ascii: "H")), .character(UInt8(ascii: "i")),
        .character(UInt8(ascii: "!")), .home,
      ])
    var decoder = PS2KeyDecoder(set: .two)
    let events = bytes.compactMap { decoder.event(for: $0) }
    #expect(events.filter(\.isPressed).count == 6 && events.count == 12)
    #expect(events.last?.isPressed == false && events.last?.code == 0xc7)
  }

  /// The codes of set 2, in the order of the keys: the rows of characters, then F1 to F12.
  @Test func theTranslationIsThatOfTheController() {
    let rows: [UInt8] = [
      0x16, 0x1e, 0x26, 0x25, 0x2e, 0x36, 0x3d, 0x3e, 0x46, 0x45, 0x4e, 0x55,  // 1 to =
      0x15, 0x1d, 0x24, 0x2d, 0x2c, 0x35, 0x3c, 0x43, 0x44, 0x4d, 0x54, 0x5b,  // q to ]
      0x1c, 0x1b, 0x23, 0x2b, 0x34, 0x33, 0x3b, 0x42, 0x4b, 0x4c, 0x52, 0x0e,  // a to `
      0x5d, 0x1a, 0x22, 0x21, 0x2a, 0x32, 0x31, 0x3a, 0x41, 0x49, 0x4a, 0x29, 0x61,  // \ to space
    ]
    #expect(
      text(rows, set: .two) == "1234567890-=qwertyuiop[]asdfghjkl;'`\\zxcvbnm,./ \\")
    let functions: [UInt8] = [
      0x05, 0x06, 0x04, 0x0c, 0x03, 0x0b, 0x83, 0x0a, 0x01, 0x09, 0x78, 0x07,
    ]
    #expect(keys(functions, set: .two) == (1...12).map { .function($0) })
    #expect(
      keys([0x76, 0x66, 0x0d, 0x5a], set: .two) == [.escape, .backspace, .tab, .enter])
  }
}

/// A keyboard controller with bytes that wait, each with the status that announces it.
private final class Controller: PortAccess {
  var bytes: [(status: UInt8, byte: UInt8)] = []

  func read(_ port: UInt16) -> UInt8 {
    switch port {
    case 0x64: bytes.first?.status ?? 0x14
    case 0x60: bytes.removeFirst().byte
    default: 0xff
    }
  }

  func write(_ byte: UInt8, to port: UInt16) { Issue.record("nothing is to be written") }
}

@Suite struct PS2ControllerTests {
  @Test func theKeyboardsBytesAreRead() {
    let ports = Controller()
    ports.bytes = [(0x15, 0x1e), (0x35, 0x08), (0x15, 0x9e)]
    let controller = PS2Controller(ports: ports)
    #expect((0..<4).map { _ in controller.read() } == [0x1e, nil, 0x9e, nil])
  }

  @Test func withoutAControllerThereIsNoByte() {
    let ports = Controller()
    ports.bytes = [(0xff, 0xff)]
    #expect(PS2Controller(ports: ports).read() == nil)
  }
}
