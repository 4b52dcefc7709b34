public import Addressing
import LogReading

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
  /// What memblock did in the step; nothing where nobody recorded it.
  public let operations: StepOperations
}

/// An allocation that the boot made: who asked, and what was given.
public struct ReplayAllocation: Sendable {
  /// Who asked.
  public let caller: String
  /// What was given.
  public let range: AddressRange

  /// Takes what the log says of an allocation.
  init(caller: String, _ answer: LoggedOperation) {
    self.caller = caller
    range = AddressRange(
      at: PhysicalAddress(answer.first), size: answer.second &- answer.first &+ 1)
  }
}
