import Addressing
import LogReading

/// ACPI tables that say what a log's SRAT lines say, in the BIOS's part of the first MiB.
struct ACPIImage {
  /// Where the root pointer is looked for, and how much room there is.
  private static let place: UInt64 = 0xe_0000
  private static let end: UInt64 = 0x10_0000

  private var bytes: [UInt8] = []

  /// Makes the tables; `nil` where the log has no SRAT, or more of it than there is room for.
  init?(_ machine: ReplayMachine) {
    guard !machine.affinities.isEmpty else { return nil }
    let table = Self.affinityTable(machine)
    var root = Self.table("XSDT", Self.little(Self.place + 0x80))
    root += [UInt8](repeating: 0, count: 0x40 - root.count % 0x40)
    bytes = Self.rootPointer(extended: Self.place + 0x40)
    bytes += [UInt8](repeating: 0, count: 0x40 - bytes.count) + root + table
    guard Self.place + UInt64(bytes.count) <= Self.end else { return nil }
  }

  /// Writes the tables into physical memory.
  func write(through window: PhysicalMemoryWindow) {
    for (offset, byte) in bytes.enumerated() {
      window.store(byte, at: PhysicalAddress(Self.place + UInt64(offset)))
    }
  }

  /// SRAT (ACPI 6.5, section 5.2.16). Linux numbers nodes in the order in which their domains
  /// appear, processors first, so each node has a processor, in the order of the numbers.
  private static func affinityTable(_ machine: ReplayMachine) -> [UInt8] {
    var domains: [Int: UInt32] = [:]
    for affinity in machine.affinities { domains[affinity.node] = affinity.domain }
    for processor in machine.processors { domains[processor.node] = processor.domain }
    var body = little(UInt32(1)) + little(UInt64(0))
    var unused = UInt32(0)
    for node in 0...(domains.keys.max() ?? 0) {
      // A node that no line is about has a domain that none is about.
      while domains.values.contains(unused) { unused += 1 }
      let domain = domains[node] ?? unused
      domains[node] = domain
      body += [2, 24, 0, 0] + little(domain) + little(UInt32(node)) + little(UInt32(1))
      body += little(UInt64(0))
    }
    for affinity in machine.affinities {
      let flags: UInt32 =
        1 | (affinity.isHotPluggable ? 2 : 0) | (affinity.isNonVolatile ? 4 : 0)
      body += [1, 40] + little(affinity.domain) + [0, 0] + little(affinity.start)
      body += little(affinity.last &- affinity.start &+ 1) + little(UInt32(0)) + little(flags)
      body += little(UInt64(0))
    }
    return table("SRAT", body, revision: 3)
  }

  /// A table of that signature (ACPI 6.5, section 5.2.6).
  private static func table(_ signature: String, _ body: [UInt8], revision: UInt8 = 1) -> [UInt8] {
    var table = Array(signature.utf8) + little(UInt32(36 + body.count)) + [revision, 0]
    table += Array("REPLAYMEMBLOCK".utf8) + little(UInt32(1)) + Array("SWFT".utf8)
    table += little(UInt32(1)) + body
    table[9] = 0 &- table.reduce(0, &+)
    return table
  }

  /// The root pointer (ACPI 6.5, section 5.2.5.3).
  private static func rootPointer(extended: UInt64) -> [UInt8] {
    var pointer = Array("RSD PTR ".utf8) + [0] + Array("REPLAY".utf8) + [2] + little(UInt32(0))
    pointer[8] = 0 &- pointer.reduce(0, &+)
    pointer += little(UInt32(36)) + little(extended) + [0, 0, 0, 0]
    pointer[32] = 0 &- pointer.reduce(0, &+)
    return pointer
  }

  private static func little<Number: FixedWidthInteger>(_ number: Number) -> [UInt8] {
    (0..<Number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> Number(8 * $0)) }
  }
}
