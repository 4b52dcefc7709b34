public import Addressing

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

/// An allocation that the boot made: who asked, and what was given.
public struct ReplayAllocation: Sendable {
  /// Who asked.
  public let caller: String
  /// What was given.
  public let range: AddressRange
}
