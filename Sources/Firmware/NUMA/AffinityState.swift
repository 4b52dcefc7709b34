import ACPI
import Addressing

/// What is known while SRAT is being read.
struct AffinityState {
  /// Whether SRAT is not to be used: it breaks a rule, or the command line says so.
  private(set) var isDisabled: Bool
  /// Whether the entries of memory were read to the table's end.
  var isComplete = false
  /// How many entries of enabled memory there were.
  var memoryCount = 0

  init(isDisabled: Bool) {
    self.isDisabled = isDisabled
  }

  /// Linux: `bad_srat`.
  mutating func disable(log: inout some TextSink & ~Copyable) {
    if !isDisabled { log.write("ACPI: SRAT: SRAT not used.\n") }
    isDisabled = true
  }
}

extension MemoryAffinity {
  /// Writes Linux's line: `ACPI: SRAT: Node 0 PXM 0 [mem 0x…-0x…] hotplug`.
  func write(_ node: NodeID, to log: inout some TextSink & ~Copyable) {
    log.write("ACPI: SRAT: Node ")
    log.write(decimal: UInt64(node.value))
    log.write(" PXM ")
    log.write(decimal: UInt64(domain))
    log.write(" ")
    log.write(memoryFrom: start.value, to: start.value &+ size, digits: 8)
    if isHotPluggable { log.write(" hotplug") }
    if isNonVolatile { log.write(" non-volatile") }
    log.write("\n")
  }
}
