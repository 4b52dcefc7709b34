import Addressing

/// One option of a kernel command line, as parts of the line's bytes.
public struct CommandLineOption: ~Escapable {
  /// The name, before the first `=`.
  public let name: RawSpan

  /// The value, after the first `=` and without the quotes around it; `nil` without a `=`.
  public let value: RawSpan?

  /// The whole option, its quotes included.
  public let text: RawSpan

  /// Whether a quotation mark has no partner.
  public let hasOpenQuote: Bool

  /// Where in ``text`` the value starts; 0 without a value.
  let valueOffset: Int

  /// Takes a line's parts.
  @_lifetime(copy line)
  init(
    _ line: RawSpan, name: Range<Int>, value: Range<Int>?, text: Range<Int>, hasOpenQuote: Bool
  ) {
    self.name = line.extracting(name)
    if let value { self.value = line.extracting(value) } else { self.value = nil }
    valueOffset = value.map { $0.lowerBound - text.lowerBound } ?? 0
    self.text = line.extracting(text)
    self.hasOpenQuote = hasOpenQuote
  }

  /// Whether the option has that name. A hyphen in a name is the same as an underscore.
  ///
  /// Linux: `parameq`.
  public func isNamed(_ other: String) -> Bool {
    name.isEqual(to: other) { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }
  }
}

/// Goes from option to option of a kernel command line.
///
/// Options are separated by spaces. A quotation mark starts or ends a stretch in which spaces
/// don't separate; the quotes around a value, or around a whole option, are not part of it. A
/// mark can't be escaped. An option `--` ends the kernel's options, as does a zero byte.
///
/// Linux: `next_arg` in `lib/cmdline.c`, and `parse_args`.
public struct CommandLineCursor: ~Escapable {
  private let line: RawSpan
  private var position = 0

  /// A cursor before the first option of a line.
  @_lifetime(copy line)
  public init(_ line: RawSpan) {
    self.line = line
  }

  /// The next option; `nil` at the end.
  @_lifetime(copy self)
  public mutating func next() -> CommandLineOption? {
    while byte(position).isSpace { position += 1 }
    guard byte(position) != 0 else { return nil }
    let start = position
    let quote = UInt8(ascii: "\"")
    let isQuoted = byte(start) == quote
    var isInQuotes = false
    var equals: Int?
    while true {
      let character = byte(position)
      if character == 0 || character.isSpace && !isInQuotes { break }
      if character == quote { isInQuotes.toggle() }
      if character == UInt8(ascii: "="), equals == nil, position > start + (isQuoted ? 1 : 0) {
        equals = position
      }
      position += 1
    }

    var last = position
    let nameStart = isQuoted ? start + 1 : start
    var valueStart = equals.map { $0 + 1 }
    var dropsLastQuote = isQuoted
    if let first = valueStart, first < last, byte(first) == quote {
      valueStart = first + 1
      dropsLastQuote = true
    }
    if dropsLastQuote, last > (valueStart ?? nameStart), byte(last - 1) == quote {
      last -= 1
    }
    let name = nameStart..<(equals ?? last)
    if line.extracting(name).isEqual(to: "--") { return nil }
    return CommandLineOption(
      line, name: name, value: valueStart.map { $0..<Swift.max($0, last) },
      text: start..<position, hasOpenQuote: isInQuotes)
  }

  /// The byte at `index`; zero past the end, where no option goes on.
  private func byte(_ index: Int) -> UInt8 {
    index < line.byteCount ? line[byteAt: index] : 0
  }
}

/// The kernel command line, for what looks up a single option.
public enum KernelCommandLine {
  /// The value of the last option with that name: an empty one for an option without a value,
  /// `nil` where there is no such option. O(n) in bytes.
  ///
  /// - Parameters:
  ///   - name: The name, with underscores.
  ///   - line: The command line.
  @_lifetime(copy line)
  public static func value(of name: String, in line: RawSpan) -> RawSpan? {
    var cursor = CommandLineCursor(line)
    var found: RawSpan?
    while let option = cursor.next() {
      guard option.isNamed(name) else { continue }
      if let value = option.value {
        found = value
      } else {
        found = option.name.extracting(first: 0)
      }
    }
    return found
  }

  /// The number that a value starts with, with Linux's prefixes `0x` and `0` and suffixes `K`
  /// to `E`; `nil` where there is none or it doesn't fit into 64 bits.
  ///
  /// Linux: `memparse`.
  public static func number(_ value: RawSpan) -> UInt64? {
    var scanner = TextScanner(value)
    return scanner.size()
  }
}
