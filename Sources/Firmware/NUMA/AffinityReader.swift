import Addressing

/// What is known while SRAT is being read.
struct AffinityReader {
  /// The table's revision: before 2 a domain had 8 bits.
  var revision: UInt8 = 0
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

/// An entry of SRAT about memory (ACPI 6.5, section 5.2.16.2).
struct MemoryAffinity {
  let domain: UInt32
  let start: UInt64
  let length: UInt64
  private let flags: UInt32

  /// Reads the entry; `nil` where it is too short.
  init?(_ entry: RawSpan, revision: UInt8) {
    guard entry.byteCount >= 40, let domain = entry.littleEndian(UInt32.self, at: 2),
      let start = entry.littleEndian(UInt64.self, at: 8),
      let length = entry.littleEndian(UInt64.self, at: 16),
      let flags = entry.littleEndian(UInt32.self, at: 28)
    else { return nil }
    self.domain = revision <= 1 ? domain & 0xff : domain
    self.start = start
    self.length = length
    self.flags = flags
  }

  var isEnabled: Bool { flags & 1 != 0 }
  var isHotPluggable: Bool { flags & 2 != 0 }
  var isNonVolatile: Bool { flags & 4 != 0 }

  /// Writes Linux's line: `ACPI: SRAT: Node 0 PXM 0 [mem 0x…-0x…] hotplug`.
  func write(_ node: NodeID, to log: inout some TextSink & ~Copyable) {
    log.write("ACPI: SRAT: Node ")
    log.write(decimal: UInt64(node.value))
    log.write(" PXM ")
    log.write(decimal: UInt64(domain))
    log.write(" ")
    NodeBlocks.Block(start: start, end: start &+ length, node: node).write(to: &log)
    if isHotPluggable { log.write(" hotplug") }
    if isNonVolatile { log.write(" non-volatile") }
    log.write("\n")
  }
}
