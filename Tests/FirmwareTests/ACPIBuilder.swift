/// Makes ACPI tables, their lengths and checksums right unless a test spoils them.
struct ACPIBuilder {
  typealias B = Multiboot2Builder

  /// A table of that signature around `body`.
  static func table(_ signature: String, revision: UInt8 = 1, _ body: [UInt8]) -> [UInt8] {
    var table = Array(signature.utf8) + B.little(UInt32(36 + body.count)) + [revision, 0]
    table += Array("SWIFT ".utf8) + Array("MEMBLOCK".utf8) + B.little(UInt32(1))
    table += Array("TEST".utf8) + B.little(UInt32(1)) + body
    return withChecksum(table, at: 9)
  }

  /// The bytes with the one at `index` such that they add up to 0.
  static func withChecksum(_ bytes: [UInt8], at index: Int, over count: Int? = nil) -> [UInt8] {
    var bytes = bytes
    bytes[index] = 0
    bytes[index] = 0 &- bytes.prefix(count ?? bytes.count).reduce(0, &+)
    return bytes
  }

  /// A root pointer of ACPI 1.0, or of 2.0 where there is an XSDT.
  static func rootPointer(rsdt: UInt32, xsdt: UInt64? = nil) -> [UInt8] {
    var pointer = Array("RSD PTR ".utf8) + [0] + Array("SWIFT ".utf8) + [xsdt == nil ? 0 : 2]
    pointer += B.little(rsdt)
    guard let xsdt else { return withChecksum(pointer, at: 8) }
    pointer += B.little(UInt32(36)) + B.little(xsdt) + [0, 0, 0, 0]
    return withChecksum(withChecksum(pointer, at: 8, over: 20), at: 32)
  }

  /// SRAT's entry for a processor.
  static func processor(_ domain: UInt32, apic: UInt8, isEnabled: Bool = true) -> [UInt8] {
    [0, 16, UInt8(domain & 0xff), apic] + B.little(UInt32(isEnabled ? 1 : 0)) + [0]
      + [UInt8(domain >> 8 & 0xff), UInt8(domain >> 16 & 0xff), UInt8(domain >> 24)]
      + B.little(UInt32(0))
  }

  /// SRAT's entry for a processor with a wide identifier.
  static func x2apic(_ domain: UInt32, apic: UInt32) -> [UInt8] {
    [2, 24, 0, 0] + B.little(domain) + B.little(apic) + B.little(UInt32(1))
      + Array(repeating: 0, count: 8)
  }

  /// SRAT's entry for a generic initiator.
  static func initiator(_ domain: UInt32, isEnabled: Bool = true) -> [UInt8] {
    [5, 32, 0, 0] + B.little(domain) + Array(repeating: 0, count: 16)
      + B.little(UInt32(isEnabled ? 1 : 0)) + Array(repeating: 0, count: 4)
  }

  /// SRAT's entry for memory; flags 1 enabled, 2 hot-pluggable, 4 non-volatile.
  static func memory(
    _ domain: UInt32, _ start: UInt64, _ length: UInt64, flags: UInt32 = 1
  ) -> [UInt8] {
    [1, 40] + B.little(domain) + [0, 0] + B.little(start) + B.little(length)
      + B.little(UInt32(0)) + B.little(flags) + B.little(UInt64(0))
  }

  /// SRAT with these entries.
  static func srat(revision: UInt8 = 3, _ entries: [[UInt8]]) -> [UInt8] {
    table("SRAT", revision: revision, B.little(UInt32(1)) + B.little(UInt64(0)) + entries.joined())
  }

  /// SLIT with these distances, row by row.
  static func slit(_ distances: [[UInt8]]) -> [UInt8] {
    table("SLIT", B.little(UInt64(distances.count)) + distances.joined())
  }

  /// An SRAT that Linux would print these lines of. Nodes that no line is about have a
  /// processor each, as have all others, so that they are numbered the same.
  static func srat(_ lines: [AffinityLine]) -> [UInt8] {
    var domains: [Int: UInt32] = [:]
    for line in lines { domains[line.node] = line.domain }
    var entries: [[UInt8]] = []
    for node in 0...(domains.keys.max() ?? 0) {
      let domain = domains[node] ?? 200 + UInt32(node)
      entries.append(processor(domain, apic: UInt8(node)))
    }
    for line in lines {
      entries.append(
        memory(
          line.domain, line.range.start.value, line.range.size, flags: line.isHotPluggable ? 3 : 1))
    }
    return srat(entries)
  }
}
