public import Addressing
public import Memblock

/// Memblock's tables as they were at a time, and the settings that decide what is allocated next.
public struct MemblockTables: Sendable, Equatable {
  /// The regions of `memory`.
  public let memory: [Region]
  /// The regions of `reserved`.
  public let reserved: [Region]
  /// The totals, in bytes, as memblock counts them.
  public let memorySize: UInt64
  /// The same for `reserved`.
  public let reservedSize: UInt64
  /// Linux's version that memblock followed.
  public let rules: LinuxRules

  /// How many regions a table has room for, and where it lies once it has grown.
  private struct Room: Equatable {
    let capacity: Int
    let place: AddressRange

    init(_ type: RegionType, in memblock: borrowing Memblock) {
      capacity = memblock.regions(type).maximumCount
      place = memblock.grownRange(type)
    }
  }

  private let memoryRoom: Room
  private let reservedRoom: Room
  private let currentLimit: PhysicalAddress
  private let isBottomUp: Bool
  private let keepsHotplugFree: Bool
  private let kernelCoreIsMirrored: Bool

  /// The tables of a memblock.
  ///
  /// - Parameter memblock: Whose tables are kept.
  public init(_ memblock: borrowing Memblock) {
    memory = memblock.memory.indices.map { memblock.memory[$0] }
    reserved = memblock.reserved.indices.map { memblock.reserved[$0] }
    memorySize = memblock.memorySize
    reservedSize = memblock.reservedSize
    rules = memblock.rules
    memoryRoom = Room(.memory, in: memblock)
    reservedRoom = Room(.reserved, in: memblock)
    currentLimit = memblock.currentLimit
    isBottomUp = memblock.isBottomUp
    keepsHotplugFree = memblock.keepsHotplugFree
    kernelCoreIsMirrored = memblock.kernelCoreIsMirrored
  }

  /// A memblock with these tables and settings. Tables that had grown lie where they lay, in
  /// memory that is overwritten.
  ///
  /// - Parameters:
  ///   - window: Physical memory from 0.
  ///   - settings: The tables whose settings count; `nil` for these.
  public func memblock(
    in window: PhysicalMemoryWindow, settings: MemblockTables? = nil
  ) -> Memblock {
    let settings = settings ?? self
    var memblock = Memblock()
    memblock.allowResize(through: window)
    for (type, regions, total, room) in [
      (RegionType.memory, memory, memorySize, memoryRoom),
      (.reserved, reserved, reservedSize, reservedRoom),
    ] {
      memblock.adopt(
        type, totalSize: total, capacity: room.capacity,
        at: room.place.isEmpty ? nil : room.place.start, count: regions.count
      ) { regions[$0] }
    }
    memblock.rules = settings.rules
    memblock.currentLimit = settings.currentLimit
    memblock.isBottomUp = settings.isBottomUp
    memblock.keepsHotplugFree = settings.keepsHotplugFree
    memblock.kernelCoreIsMirrored = settings.kernelCoreIsMirrored
    // Marked once more, so that the memblock knows of mirrored memory.
    for region in memory where region.flags.contains(.mirror) {
      try? memblock.markMirror(region.range)
    }
    return memblock
  }
}
