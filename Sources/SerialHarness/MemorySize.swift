/// A number of bytes of a machine's memory.
public struct MemorySize: Hashable, Comparable, Sendable {
  /// The size in bytes.
  public var bytes: UInt64

  /// A size of `bytes` bytes.
  public init(bytes: UInt64) {
    self.bytes = bytes
  }

  /// A size of `count` KiB.
  public static func kibibytes(_ count: UInt64) -> MemorySize { MemorySize(bytes: count << 10) }

  /// A size of `count` MiB.
  public static func mebibytes(_ count: UInt64) -> MemorySize { MemorySize(bytes: count << 20) }

  /// A size of `count` GiB.
  public static func gibibytes(_ count: UInt64) -> MemorySize { MemorySize(bytes: count << 30) }

  /// Whether one size is smaller than another.
  public static func < (left: MemorySize, right: MemorySize) -> Bool { left.bytes < right.bytes }
}

extension MemorySize: CustomStringConvertible {
  /// The size as QEMU takes it: a whole number with the largest suffix that fits (`4G`).
  public var description: String {
    for (shift, suffix) in [(40, "T"), (30, "G"), (20, "M"), (10, "K")] as [(UInt64, String)]
    where bytes != 0 && bytes & (1 << shift - 1) == 0 {
      return "\(bytes >> shift)\(suffix)"
    }
    return "\(bytes)B"
  }
}

extension MemorySize {
  /// Reads a size as QEMU writes it: `512M`, `4G`, and without a suffix MiB.
  public init?(_ text: some StringProtocol) {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    guard let count = UInt64(digits) else { return nil }
    let shift: UInt64
    switch text.dropFirst(digits.count).uppercased() {
    case "B": shift = 0
    case "K": shift = 10
    case "", "M": shift = 20
    case "G": shift = 30
    case "T": shift = 40
    default: return nil
    }
    guard count <= UInt64.max >> shift else { return nil }
    self.init(bytes: count << shift)
  }
}
