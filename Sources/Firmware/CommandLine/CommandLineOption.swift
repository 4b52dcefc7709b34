import Addressing

/// One option of the kernel command line, as ranges of the bytes that it was read from.
public struct CommandLineOption: Sendable {
  /// The name, before the first `=`.
  public let name: Range<Int>

  /// The value, after the first `=` and without the quotes around it; `nil` without a `=`.
  public let value: Range<Int>?

  /// The whole option, its quotes included.
  public let text: Range<Int>

  /// Whether a quotation mark has no partner.
  public let hasOpenQuote: Bool

  /// Whether the option has that name. A hyphen in a name is the same as an underscore.
  ///
  /// Linux: `parameq`.
  public func isNamed(_ other: String, in bytes: RawSpan) -> Bool {
    bytes.text(name, equals: other) { $0 == UInt8(ascii: "-") ? UInt8(ascii: "_") : $0 }
  }
}

/// Goes from option to option of a kernel command line.
///
/// Options are separated by spaces. A quotation mark starts or ends a stretch in which spaces
/// don't separate; the quotes around a value, or around a whole option, are not part of it. A
/// mark can't be escaped. An option `--` ends the kernel's options.
///
/// Linux: `next_arg` in `lib/cmdline.c`, and `parse_args`.
public struct CommandLineCursor: Sendable {
  private var position: Int
  private let end: Int

  /// A cursor before the first option of `line`, a range of the bytes handed to ``next(in:)``.
  public init(_ line: Range<Int>) {
    position = line.lowerBound
    end = line.upperBound
  }

  /// The next option; `nil` at the end.
  public mutating func next(in bytes: RawSpan) -> CommandLineOption? {
    while byte(position, in: bytes).isSpace { position += 1 }
    guard position < end, byte(position, in: bytes) != 0 else { return nil }
    let start = position
    let quote = UInt8(ascii: "\"")
    let isQuoted = byte(start, in: bytes) == quote
    var isInQuotes = false
    var equals: Int?
    while position < end {
      let character = byte(position, in: bytes)
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
    if let first = valueStart, first < last, byte(first, in: bytes) == quote {
      valueStart = first + 1
      dropsLastQuote = true
    }
    if dropsLastQuote, last > (valueStart ?? nameStart), byte(last - 1, in: bytes) == quote {
      last -= 1
    }
    let text = start..<position
    let name = nameStart..<(equals ?? last)
    if name.count == 2, bytes.text(name, equals: "--") { return nil }
    return CommandLineOption(
      name: name, value: valueStart.map { $0..<Swift.max($0, last) }, text: text,
      hasOpenQuote: isInQuotes)
  }

  /// The byte at `index`; zero past the end, where no option goes on.
  private func byte(_ index: Int, in bytes: RawSpan) -> UInt8 {
    index < end && index < bytes.byteCount ? bytes[byteAt: index] : 0
  }
}

/// The kernel command line, for what looks up a single option.
public enum KernelCommandLine {
  /// The value of the last option with that name: an empty range for an option without a
  /// value, `nil` where there is no such option. O(n) in bytes.
  ///
  /// - Parameters:
  ///   - name: The name, with underscores.
  ///   - line: The command line, as a range of `bytes`; `nil` where the loader gave none.
  ///   - bytes: The boot information.
  public static func value(
    of name: String, in line: Range<Int>?, of bytes: RawSpan
  ) -> Range<Int>? {
    guard let line else { return nil }
    var found: Range<Int>?
    var cursor = CommandLineCursor(line)
    while let option = cursor.next(in: bytes) {
      guard option.isNamed(name, in: bytes) else { continue }
      found = option.value ?? option.name.upperBound..<option.name.upperBound
    }
    return found
  }

  /// The number that a value starts with, with Linux's prefixes `0x` and `0` and suffixes `K`
  /// to `E`; `nil` where there is none or it doesn't fit into 64 bits.
  ///
  /// Linux: `memparse`.
  public static func number(_ value: Range<Int>, of bytes: RawSpan) -> UInt64? {
    var scanner = TextScanner(value)
    return scanner.size(in: bytes)
  }
}
