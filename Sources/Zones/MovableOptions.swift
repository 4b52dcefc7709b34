/// What the kernel command line says about zone Movable.
public struct MovableOptions: Equatable, Sendable {
  /// An amount of memory.
  public enum Amount: Equatable, Sendable {
    /// That many bytes.
    case bytes(UInt64)

    /// That part of all memory, in hundredths.
    case percent(UInt64)

    /// The amount in frames, of `total` frames: bytes are rounded down as Linux rounds them.
    func frames(of total: UInt64) -> UInt64 {
      switch self {
      case .bytes(let bytes): bytes >> 12
      case .percent(let percent):
        total.multipliedReportingOverflow(by: percent).partialValue / 100
      }
    }
  }

  /// The memory that must not be movable: `kernelcore=`.
  public var kernelCore: Amount?

  /// The memory that must be movable: `movablecore=`.
  public var movableCore: Amount?

  /// Whether only mirrored memory may hold the kernel: `kernelcore=mirror`.
  public var isKernelCoreMirrored: Bool

  /// Whether hot-pluggable memory is movable: `movable_node`. Outweighs the others.
  public var isHotplugMovable: Bool

  /// Says nothing, so that there is no zone Movable, except what is given.
  public init(
    kernelCore: Amount? = nil, movableCore: Amount? = nil, isKernelCoreMirrored: Bool = false,
    isHotplugMovable: Bool = false
  ) {
    self.kernelCore = kernelCore
    self.movableCore = movableCore
    self.isKernelCoreMirrored = isKernelCoreMirrored
    self.isHotplugMovable = isHotplugMovable
  }
}
