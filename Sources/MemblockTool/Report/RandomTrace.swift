/// A trace that a seed makes up: memory of a few nodes, then operations of every kind in it.
struct RandomTrace {
  private var random: RandomNumbers
  /// Memory lies below this.
  private let top: UInt64 = 16 << 30

  init(seed: UInt64) { random = RandomNumbers(seed: seed) }

  /// The lines that every trace begins with.
  let start = """
    resize
    add_node 0x1000 0x9e000 0 0
    add_node 0x100000 0xbff00000 0 0
    add_node 0x100000000 0x200000000 1 0

    """

  /// The next operation.
  mutating func nextLine() -> String {
    switch random.below(24) {
    case 0: "add \(range())"
    case 1: "add_node \(range()) \(random.below(4)) \(random.oneIn(3) ? 1 : 0)"
    case 2: "remove \(smallRange())"
    case 3, 4, 5, 6: "reserve \(smallRange())"
    case 7, 8: "free \(smallRange())"
    case 9, 10: "alloc \(sizeAndAlignment())\(bounds())"
    case 11: "alloc_exact \(sizeAndAlignment()) 0 0 \(random.below(3))"
    case 12: "try_nid_raw \(sizeAndAlignment())\(bounds())"
    case 13: "phys_alloc_range \(sizeAndAlignment()) 0 \(hex(random.below(top)))"
    case 14: "mark_hotplug \(range())"
    case 15: "clear_hotplug \(range())"
    case 16: "mark_nomap \(smallRange())"
    case 17: "set_node \(range()) \(random.below(4))"
    case 18: "bottom_up \(random.below(2))"
    case 19: "is_region_reserved \(smallRange())"
    case 20: "free_ranges none 0"
    case 21: "search_pfn_nid \(random.below(top >> 12))"
    case 22: "hash"
    default: "overlaps_mem \(smallRange())"
    }
  }

  private mutating func range() -> String {
    "\(hex(random.below(top) & ~0xf_ffff)) \(hex((1 + random.below(512)) << 20))"
  }

  private mutating func smallRange() -> String {
    let isAligned = !random.oneIn(4)
    let start = random.below(top) & (isAligned ? ~0xfff : .max)
    return "\(hex(start)) \(hex((1 + random.below(64)) << (isAligned ? 12 : 6)))"
  }

  private mutating func sizeAndAlignment() -> String {
    "\(1 + random.below(1 << (4 + random.below(20)))) \(1 << random.below(22))"
  }

  private mutating func bounds() -> String {
    random.oneIn(2) ? "" : " \(hex(random.below(top))) \(random.oneIn(2) ? "0" : hex(top))"
  }

  private func hex(_ number: UInt64) -> String { "0x" + String(number, radix: 16) }
}
