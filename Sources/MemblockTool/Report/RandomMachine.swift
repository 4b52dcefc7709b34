/// A machine that a seed makes up: a map as firmware gives it before it is put in order, with
/// entries that overlap, touch, lie in each other and end within pages; and SRAT's lines.
struct RandomMachine {
  let text: String

  init(seed: UInt64, nodes: Int) {
    var random = RandomNumbers(seed: seed)
    // From 512 MiB to 2 TiB.
    let top = (1 << 29) << random.below(13) as UInt64
    var entries: [(start: UInt64, size: UInt64, type: String)] = [
      (0, 0x9fc00, "usable"), (0x9fc00, 0x400, "reserved"), (0xf0000, 0x10000, "reserved"),
      (0x10_0000, min(top, 0xc000_0000) - 0x10_0000, "usable"),
    ]
    if top > 0xc000_0000 {
      entries.append((1 << 32, top - 0xc000_0000, "usable"))
      entries.append((0xfec0_0000, 0x140_0000, "reserved"))
    }
    let types = [
      "reserved", "ACPI data", "ACPI NVS", "unusable", "type 9", "usable", "persistent (type 7)",
    ]
    for _ in 0..<random.below(24) {
      let alignment: UInt64 = random.oneIn(4) ? 0x10 : 0x1000
      let start = (0x400_0000 + random.below(top - 0x400_0000)) / alignment * alignment
      let size = (1 + random.below(1 << (4 + random.below(20)))) * alignment
      entries.append((start, size, types[Int(random.below(UInt64(types.count)))]))
    }
    entries.shuffle(using: &random)
    var lines = entries.map {
      "BIOS-e820: [mem \(Words.hex($0.start))-\(Words.hex($0.start + $0.size - 1))] \($0.type)"
    }
    lines += Self.affinities(nodes: nodes, end: max(top, 1 << 32) + (1 << 30), &random)
    text = lines.map { $0 + "\n" }.joined()
  }

  /// Memory in equal parts to the nodes, in turns where a chance says so.
  private static func affinities(
    nodes: Int, end: UInt64, _ random: inout RandomNumbers
  ) -> [String] {
    guard nodes > 0 else { return [] }
    let parts = nodes * (random.oneIn(3) ? 2 : 1)
    let size = end / UInt64(parts) & ~0xfff_ffff
    guard size > 0 else { return [] }
    return (0..<parts).map { part in
      let start = size * UInt64(part)
      let last = part == parts - 1 ? end - 1 : start + size - 1
      let hotplug = part > 0 && random.oneIn(8) ? " hotplug" : ""
      return "ACPI: SRAT: Node \(part % nodes) PXM \(part % nodes) "
        + "[mem \(Words.hex(start))-\(Words.hex(last))]\(hotplug)"
    }
  }
}
