/// What libFuzzer hands to a target, taken apart from front to back. Past its end there are
/// zeros.
struct FuzzInput {
  private let bytes: [UInt8]
  private var position = 0

  /// Copies the input.
  init(_ data: UnsafePointer<UInt8>?, _ size: Int) {
    // SAFETY: libFuzzer's promise: so many bytes are there.
    bytes = unsafe Array(UnsafeBufferPointer(start: data, count: size))
  }

  /// Whether everything has been taken.
  var isAtEnd: Bool { position >= bytes.count }

  /// All of the input.
  var all: [UInt8] { bytes }

  /// The next number, its lowest byte first.
  mutating func next<T: FixedWidthInteger>(_ type: T.Type = T.self) -> T {
    var value: T = 0
    for index in 0..<MemoryLayout<T>.size {
      let byte = position < bytes.count ? bytes[position] : 0
      value |= T(truncatingIfNeeded: UInt64(byte) << UInt64(8 * index))
      position += 1
    }
    return value
  }

  /// So many bytes, or as many as there are.
  mutating func next(count: Int) -> [UInt8] {
    let taken = Array(bytes.dropFirst(position).prefix(count))
    position += count
    return taken
  }
}

/// Ends the run where a target finds something wrong; libFuzzer keeps the input.
func require(_ isRight: Bool, _ text: @autoclosure () -> String) {
  if !isRight { fatalError(text()) }
}
