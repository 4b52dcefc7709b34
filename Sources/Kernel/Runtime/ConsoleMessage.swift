public import Addressing

/// What `print` takes: a literal, with values in it or without.
///
/// A literal alone is written from where it stands, without a heap. With values in it, the characters
/// are collected on the heap first, by code that is in the kernel once, where a `String` would bring its
/// own into each place that makes one.
public struct ConsoleMessage: ExpressibleByStringInterpolation {
  /// The text where it is a literal alone.
  private let literal: StaticString
  private let characters: [UInt8]

  /// Makes a message of a literal, which may have no zero byte in it.
  @export(interface)
  public init(stringLiteral literal: StaticString) {
    self.literal = literal
    characters = []
  }

  /// Makes a message of a literal with values in it.
  @export(interface)
  public init(stringInterpolation parts: Parts) {
    literal = ""
    characters = parts.characters
  }

  package func write(to sink: inout some TextSink) {
    sink.write(literal)
    for character in characters { sink.write(character) }
  }

  /// A message while it is put together.
  public struct Parts: StringInterpolationProtocol, TextSink {
    fileprivate var characters: [UInt8] = []

    /// Starts a message.
    @export(interface)
    public init(literalCapacity: Int, interpolationCount: Int) {}

    /// Adds a byte.
    @export(interface)
    public mutating func write(_ byte: UInt8) { characters.append(byte) }

    /// Adds the text between two values.
    @export(interface)
    public mutating func appendLiteral(_ literal: StaticString) { write(literal) }

    /// Adds a text.
    @export(interface)
    public mutating func appendInterpolation(_ text: String) { write(text) }

    /// Adds a character, in UTF-8.
    @export(interface)
    public mutating func appendInterpolation(_ scalar: Unicode.Scalar) {
      for unit in UTF8.encode(scalar)! { write(unit) }
    }

    /// Adds a number, in decimal; a magnitude of more than 64 bits traps.
    @inlinable
    public mutating func appendInterpolation<Number: FixedWidthInteger>(_ number: Number) {
      append(UInt64(number.magnitude), isNegative: number < 0)
    }

    /// Adds what a value says of itself.
    @inlinable @_disfavoredOverload
    public mutating func appendInterpolation(_ value: some CustomStringConvertible) {
      appendInterpolation(value.description)
    }

    /// Adds a number, in decimal, with a minus sign or without.
    @export(interface)
    public mutating func append(_ magnitude: UInt64, isNegative: Bool) {
      if isNegative { write(UInt8(ascii: "-")) }
      write(decimal: magnitude)
    }
  }
}
