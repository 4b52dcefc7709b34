import Kernel

/// After the hand-over the kernel is ordinary Swift: values, classes, closures and text that
/// live on its heap. What is tested is what the address space could break.
enum LanguageTests {
  private class Shape {
    func area() -> Int { 0 }
  }

  private final class Square: Shape {
    let side: Int
    init(side: Int) { self.side = side }
    override func area() -> Int { side * side }
  }

  /// Several payloads that are references: the compiler keeps the case in their spare bits.
  private enum Content {
    case numbers([Int])
    case bytes([UInt8])
    case shape(Shape)
    case text(String)
  }

  static func run(in tests: inout TestRun) {
    tests.run("long and short strings, literal and built") { strings() }
    tests.run("text beyond ASCII") { unicode() }
    tests.run("bytes that are no text") { mended() }
    tests.run("what is printed is what a string would be") { messages() }
    tests.run("classes and closures") { classes() }
    tests.run("enumerations of references") { enumerations() }
  }

  private static func strings() -> String? {
    let literal = "a literal that is longer than fifteen bytes"
    var built = ""
    for word in ["a", "literal", "that", "is", "longer", "than", "fifteen", "bytes"] {
      if !built.isEmpty { built += " " }
      built += word
    }
    guard built == literal, built.hashValue == literal.hashValue else { return "not equal" }
    return built.utf8.count == 43 ? nil : "not as long as it was built"
  }

  private static func unicode() -> String? {
    let composed = "caf\u{e9} and some more letters"
    let decomposed = "cafe\u{301} and some more letters"
    guard composed == decomposed else { return "canonical equivalents are not equal" }
    return [composed: 1][decomposed] == 1 ? nil : "canonical equivalents have other hashes"
  }

  private static func mended() -> String? {
    for (bytes, expected) in [
      ([0x61, 0xc3, 0xa9], "a\u{e9}"), ([0x61, 0xff, 0xc3, 0xa9], "a???"), ([], ""),
    ] as [([UInt8], String)] {
      var text = StringSink()
      for byte in bytes { text.write(byte) }
      guard text.string == expected else { return text.string }
    }
    return nil
  }

  private static func messages() -> String? {
    let word = "a word that is longer than fifteen bytes"
    let sign = UnicodeScalar(0x263a as UInt16)!
    let string: String = "\(Int64.min) \(UInt64.max)\(-7)\(UInt8(0))\(word) \(sign)\(true)."
    let message: ConsoleMessage =
      "\(Int64.min) \(UInt64.max)\(-7)\(UInt8(0))\(word) \(sign)\(true)."
    var printed = StringSink()
    message.write(to: &printed)
    guard printed.string == string else { return printed.string }
    var literal = StringSink()
    ("a literal alone" as ConsoleMessage).write(to: &literal)
    return literal.string == "a literal alone" ? nil : literal.string
  }

  private static func classes() -> String? {
    let shapes: [Shape] = (1...100).map { Square(side: $0) }
    let sum = shapes.reduce(0) { $0 + $1.area() }
    return sum == 338_350 ? nil : "a wrong sum of squares"
  }

  private static func enumerations() -> String? {
    let contents: [Content] = [
      .numbers([1, 2, 3]), .bytes([4, 5]), .shape(Square(side: 3)), .text("twenty-one characters"),
    ]
    var sum = 0
    for content in contents {
      switch content {
      case .numbers(let numbers): sum += numbers.count
      case .bytes(let bytes): sum += 10 * bytes.count
      case .shape(let shape): sum += 100 * shape.area()
      case .text(let text): sum += 1000 * text.utf8.count
      }
    }
    return sum == 21_923 ? nil : "a payload came back as another"
  }
}
