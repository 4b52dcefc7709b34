/// Splits a stream of bytes into lines, whatever the pieces that it arrives in.
///
/// A line ends with LF; a CR before it is not part of the line. Memory is bounded: of a line
/// that is longer than ``longestLine`` only the start is kept.
public struct LineSplitter: ~Copyable {
  /// The bytes that are kept of one line.
  public static var longestLine: Int { 64 << 10 }

  /// The number of the line that was given out last, counting from 1; 0 before the first.
  public private(set) var lineNumber = 0

  /// Whether the line that was given out last ended with the stream, not with LF.
  public private(set) var isUnterminated = false

  /// The start of a line whose end has not arrived.
  private var pending: [UInt8] = []
  private var hasPending = false

  /// Makes a splitter at the start of a stream.
  public init() {}

  /// Takes the next piece of the stream, and gives `body` every line that ends in it. O(bytes).
  public mutating func read<Failure: Error>(
    _ bytes: Span<UInt8>, body: (Span<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    var start = 0
    var position = 0
    while position < bytes.count {
      guard bytes[position] == UInt8(ascii: "\n") else {
        position += 1
        continue
      }
      lineNumber += 1
      if hasPending {
        keep(bytes, start..<position)
        try givePending(to: body)
      } else {
        let end = min(Self.withoutReturn(bytes, start..<position), start + Self.longestLine)
        try body(bytes.extracting(start..<end))
      }
      position += 1
      start = position
    }
    if start < bytes.count { keep(bytes, start..<bytes.count) }
  }

  /// Ends the stream: gives `body` the last line where it does not end with LF.
  public mutating func finish<Failure: Error>(
    body: (Span<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    guard hasPending else { return }
    lineNumber += 1
    isUnterminated = true
    try givePending(to: body)
  }

  private mutating func keep(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    hasPending = true
    for index in range.prefix(Self.longestLine - pending.count) { pending.append(bytes[index]) }
  }

  private mutating func givePending<Failure: Error>(
    to body: (Span<UInt8>) throws(Failure) -> Void
  ) throws(Failure) {
    var whole: [UInt8] = []
    swap(&whole, &pending)
    hasPending = false
    try body(whole.span.extracting(0..<Self.withoutReturn(whole.span, 0..<whole.count)))
  }

  /// The end of a line without the CR that may stand there.
  private static func withoutReturn(_ bytes: Span<UInt8>, _ line: Range<Int>) -> Int {
    let last = line.upperBound - 1
    return !line.isEmpty && bytes[last] == UInt8(ascii: "\r") ? last : line.upperBound
  }
}
