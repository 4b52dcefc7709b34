import Addressing

/// The zones of a node, from the most to the least sought-after frames: Linux's `zone_type`.
@frozen
public enum ZoneKind: Int, Comparable, Sendable {
  /// Below 16 MiB, for the devices of the ISA bus: Linux's `ZONE_DMA`.
  case dma

  /// Below 4 GiB, for devices that can write 32 address bits: Linux's `ZONE_DMA32`.
  case dma32

  /// All other memory: Linux's `ZONE_NORMAL`.
  case normal

  /// Memory kept for what can be moved elsewhere or thrown out: Linux's `ZONE_MOVABLE`.
  case movable

  /// Every kind, in order: each is at its raw value.
  public static var all: InlineArray<4, ZoneKind> { [.dma, .dma32, .normal, .movable] }

  /// The number of kinds.
  public static var count: Int { 4 }

  /// The first address that no longer belongs to the kind by its place alone.
  var addressLimit: UInt64 {
    switch self {
    case .dma: 16 << 20
    case .dma32: 4 << 30
    case .normal, .movable: .max
    }
  }

  /// Writes the name as Linux has it, like `printf`'s `%*s`.
  ///
  /// - Parameters:
  ///   - sink: Takes the name.
  ///   - width: The least number of characters; spaces fill it from the left, or from the right
  ///     where it is negative.
  public func write(to sink: inout some TextSink & ~Copyable, width: Int = 0) {
    let length =
      switch self {
      case .dma: 3
      case .dma32: 5
      case .normal: 6
      case .movable: 7
      }
    for _ in 0..<max(0, width - length) { sink.write(UInt8(ascii: " ")) }
    switch self {
    case .dma: sink.write("DMA")
    case .dma32: sink.write("DMA32")
    case .normal: sink.write("Normal")
    case .movable: sink.write("Movable")
    }
    for _ in 0..<max(0, -width - length) { sink.write(UInt8(ascii: " ")) }
  }

  /// Whether `left` holds frames more sought-after than `right`.
  public static func < (left: ZoneKind, right: ZoneKind) -> Bool {
    left.rawValue < right.rawValue
  }
}
