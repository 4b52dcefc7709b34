public import Addressing
public import Memblock

/// A step of the boot: what it printed, and what memblock knew after it.
public struct ReplayStep: Sendable {
  /// What the step does, in a few words.
  public let title: String
  /// The function of Linux's that does it.
  public let function: String
  /// What was printed.
  public let lines: [String]
  /// Memblock's tables after the step.
  public let tables: MemblockTables
}

/// Memblock's tables as they were at a time.
public struct MemblockTables: Sendable, Equatable {
  /// The regions of `memory`.
  public let memory: [Region]
  /// The regions of `reserved`.
  public let reserved: [Region]
  /// The totals, in bytes, as memblock counts them.
  public let memorySize: UInt64
  /// The same for `reserved`.
  public let reservedSize: UInt64

  /// The tables of a memblock.
  public init(_ memblock: borrowing Memblock) {
    memory = memblock.memory.indices.map { memblock.memory[$0] }
    reserved = memblock.reserved.indices.map { memblock.reserved[$0] }
    memorySize = memblock.memorySize
    reservedSize = memblock.reservedSize
  }
}

/// An allocation that the boot made: who asked, and what was given.
public struct ReplayAllocation: Sendable {
  /// Who asked.
  public let caller: String
  /// What was given.
  public let range: AddressRange
}
