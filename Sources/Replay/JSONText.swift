/// JSON, written value by value. Addresses and sizes are hexadecimal strings of 16 digits, because
/// numbers of JSON lose bits above 2^53.
public struct JSONText {
  /// The text so far, in UTF-8.
  public private(set) var bytes: [UInt8] = []
  private var depth = 0
  private var isFirst = true

  /// Makes a text that is empty.
  public init() {}

  /// Writes an object, in an array or at the top.
  public mutating func object(_ body: (inout JSONText) -> Void) {
    beginValue()
    container("{", "}", body)
  }

  /// Writes a field that is an object.
  public mutating func object(_ key: StaticString, _ body: (inout JSONText) -> Void) {
    name(key)
    container("{", "}", body)
  }

  /// Writes a field that is an array, `body` called for each element.
  public mutating func array<Elements: Sequence>(
    _ key: StaticString, _ elements: Elements, _ body: (inout JSONText, Elements.Element) -> Void
  ) {
    name(key)
    container("[", "]") { text in
      for element in elements { body(&text, element) }
    }
  }

  /// Writes a string, in an array.
  public mutating func element(_ string: String) {
    beginValue()
    quote(string)
  }

  /// Writes a number, in an array.
  public mutating func element(_ number: UInt64) {
    beginValue()
    put(String(number))
  }

  /// Writes a field that is a string; nothing for `nil`.
  public mutating func field(_ key: StaticString, _ string: String?) {
    guard let string else { return }
    name(key)
    quote(string)
  }

  /// Writes a field that is a number; nothing for `nil`.
  public mutating func field(_ key: StaticString, _ number: Int?) {
    guard let number else { return }
    name(key)
    put(String(number))
  }

  /// Writes a field that is `true` or `false`.
  public mutating func field(_ key: StaticString, _ flag: Bool) {
    name(key)
    put(flag ? "true" : "false")
  }

  /// Writes a field that is an address or a size.
  public mutating func hex(_ key: StaticString, _ number: UInt64) {
    name(key)
    quote(Self.hex(number))
  }

  /// Writes a field that is an address or a size, under a name that is known only now.
  public mutating func hex(named key: String, _ number: UInt64) {
    beginValue()
    quote(key)
    put(": ")
    quote(Self.hex(number))
  }

  /// A number in 16 digits, as Linux prints addresses.
  public static func hex(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return "0x" + String(repeating: "0", count: 16 - digits.utf8.count) + digits
  }

  /// Ends a value at the top and begins another: a byte 0 between the two.
  public mutating func separate() {
    bytes.append(0)
    isFirst = true
  }

  private mutating func container(
    _ open: String, _ close: String, _ body: (inout JSONText) -> Void
  ) {
    put(open)
    depth += 1
    isFirst = true
    body(&self)
    depth -= 1
    if !isFirst { newLine() }
    isFirst = false
    put(close)
  }

  private mutating func beginValue() {
    if !isFirst { put(",") }
    if depth > 0 { newLine() }
    isFirst = false
  }

  private mutating func name(_ key: StaticString) {
    beginValue()
    quote("\(key)")
    put(": ")
  }

  private mutating func newLine() {
    bytes.append(UInt8(ascii: "\n"))
    for _ in 0..<depth { put("  ") }
  }

  private mutating func put(_ text: String) { bytes += Array(text.utf8) }

  private mutating func quote(_ string: String) {
    bytes.append(UInt8(ascii: "\""))
    for byte in string.utf8 {
      switch byte {
      case UInt8(ascii: "\""), UInt8(ascii: "\\"):
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(byte)
      case 0..<0x20, 0x7f:
        put("\\u00" + (byte < 16 ? "0" : "") + String(byte, radix: 16))
      default: bytes.append(byte)
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }
}
