import ConformanceSides

/// The machines that are explored.
extension Machine {
  private static let middle: UInt64 = 1 << 30
  /// Where a run of pages starts that ends with the address space.
  private static func top(_ pages: Int) -> UInt64 { 0 &- UInt64(pages) &* pageSize }

  private static let plain = [
    OPERATION_add, OPERATION_remove, OPERATION_reserve, OPERATION_free, OPERATION_alloc,
    OPERATION_phys_alloc_range, OPERATION_try_nid, OPERATION_bottom_up, OPERATION_limit,
    OPERATION_enforce_limit, OPERATION_cap, OPERATION_mem_limit_remove_map, OPERATION_trim,
  ]
  private static let onNodes = [
    OPERATION_add, OPERATION_add_node, OPERATION_remove, OPERATION_reserve, OPERATION_free,
    OPERATION_set_node, OPERATION_set_node_rsv, OPERATION_alloc, OPERATION_alloc_exact,
    OPERATION_phys_alloc_try_nid, OPERATION_try_nid_raw, OPERATION_exact_nid_raw,
    OPERATION_bottom_up,
  ]
  private static let withFlags = [
    OPERATION_add, OPERATION_remove, OPERATION_reserve, OPERATION_free, OPERATION_mark_hotplug,
    OPERATION_clear_hotplug, OPERATION_mark_mirror, OPERATION_mark_nomap, OPERATION_clear_nomap,
    OPERATION_mark_noinit, OPERATION_alloc, OPERATION_try_nid_raw, OPERATION_bottom_up,
    OPERATION_movable_node, OPERATION_mirrored_kernelcore, OPERATION_mem_limit_remove_map,
  ]
  /// What 7.3 has more of; with 6.12 they are left out.
  private static let since7_3 = [
    OPERATION_add, OPERATION_remove, OPERATION_reserve, OPERATION_reserve_kern, OPERATION_free,
    OPERATION_reserve_node, OPERATION_mark_kern, OPERATION_mark_noinit, OPERATION_mark_scratch,
    OPERATION_clear_scratch, OPERATION_scratch_only, OPERATION_alloc, OPERATION_alloc_hugetlb,
  ]
  /// The table of physical memory, beside the others.
  private static let withPhysmem = [
    OPERATION_add, OPERATION_remove, OPERATION_physmem_add, OPERATION_reserve, OPERATION_alloc,
  ]
  private static let all = Set(
    (plain + onNodes + withFlags + since7_3).map(\.rawValue)
  ).sorted().map { operation_code(rawValue: $0) }

  /// Nodes 0 and 1, and "none" where a region is told so.
  private static let twoNodes: [UInt64] = [0, 1, .max]

  /// The sets of machines, by name. By the rules of 7.3 reservations are of more kinds, and so a
  /// page fewer makes as many states.
  static var sets: [String: [Machine]] {
    let isNewest = pair_has(OPERATION_reserve_kern.rawValue) != 0
    return ["small": small(isNewest: isNewest), "large": large(isNewest: isNewest)]
  }

  /// Explored in seconds, with every `make conformance`.
  private static func small(isNewest: Bool) -> [Machine] {
    let ends = [(base: UInt64(0), pages: 2), (base: top(2), pages: 2)]
    return [
      Machine(
        name: isNewest ? "4 pages near 0 and at 2^64" : "5 pages near 0, in the middle and at 2^64",
        runs: isNewest ? ends : ends + [(middle, 1)], nodes: [], flags: [0], operations: plain),
      Machine(
        name: "2 pages on two nodes", runs: [(top(2), 2)], nodes: twoNodes, flags: [0],
        operations: onNodes),
      Machine(
        name: "2 pages with flags", runs: [(middle, 2)], nodes: [], flags: [0],
        operations: withFlags),
      Machine(
        name: "4 pages with the table of physical memory", runs: ends, nodes: [], flags: [0],
        operations: withPhysmem),
    ]
      + (isNewest
        ? [
          Machine(
            name: "2 pages with reservations of 7.3", runs: [(middle, 2)], nodes: [], flags: [0],
            operations: since7_3)
        ] : [])
  }

  /// Explored by `make explore`.
  private static func large(isNewest: Bool) -> [Machine] {
    let pages = isNewest ? 6 : 8
    return [
      Machine(
        name: "3 pages with flags", runs: [(0, 2), (top(1), 1)], nodes: [], flags: [0],
        operations: withFlags),
      Machine(
        name: "3 pages on two nodes", runs: [(0, 1), (top(2), 2)], nodes: twoNodes, flags: [0],
        operations: onNodes),
      isNewest
        ? Machine(
          name: "3 pages with reservations of 7.3", runs: [(0, 2), (top(1), 1)], nodes: [],
          flags: [0], operations: since7_3)
        : Machine(
          name: "4 pages on two nodes", runs: [(0, 1), (middle, 1), (top(2), 2)], nodes: twoNodes,
          flags: [0], operations: onNodes),
      Machine(
        name: "6 pages from 0", runs: [(0, 6)], nodes: [], flags: [0], operations: plain),
      Machine(
        name: "6 pages up to 2^64", runs: [(top(6), 6)], nodes: [], flags: [0], operations: plain),
      Machine(
        name: "\(pages) pages near 0, in the middle and at 2^64",
        runs: isNewest
          ? [(0, 2), (middle, 2), (top(2), 2)] : [(0, 3), (middle, 2), (top(3), 3)],
        nodes: [], flags: [0], operations: plain),
      Machine(
        name: "6 pages, indices told apart", runs: [(0, 2), (middle, 2), (top(2), 2)], nodes: [],
        flags: [0], operations: plain, tellsIndicesApart: true),
      Machine(
        name: "6 pages with all there is", runs: [(0, 2), (middle, 2), (top(2), 2)],
        nodes: twoNodes, flags: [0, 1, 2, 4, 8], operations: all),
    ]
  }
}
