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
  private static let all = Set(
    (plain + onNodes + withFlags).map(\.rawValue)
  ).sorted().map { operation_code(rawValue: $0) }

  /// Nodes 0 and 1, and "none" where a region is told so.
  private static let twoNodes: [UInt64] = [0, 1, .max]

  static let sets = ["small": small, "large": large]

  /// Explored in seconds, with every `make conformance`.
  static let small = [
    Machine(
      name: "6 pages near 0, in the middle and at 2^64",
      runs: [(0, 2), (middle, 2), (top(2), 2)], nodes: [], flags: [0], operations: plain),
    Machine(
      name: "3 pages on two nodes", runs: [(0, 1), (top(2), 2)], nodes: twoNodes, flags: [0],
      operations: onNodes),
    Machine(
      name: "2 pages with flags", runs: [(middle, 2)], nodes: [], flags: [0], operations: withFlags),
  ]

  /// Explored by `make explore`.
  static let large = [
    Machine(name: "8 pages from 0", runs: [(0, 8)], nodes: [], flags: [0], operations: plain),
    Machine(
      name: "8 pages in the middle", runs: [(middle, 8)], nodes: [], flags: [0], operations: plain),
    Machine(
      name: "8 pages up to 2^64", runs: [(top(8), 8)], nodes: [], flags: [0], operations: plain),
    Machine(
      name: "8 pages near 0, in the middle and at 2^64",
      runs: [(0, 3), (middle, 2), (top(3), 3)], nodes: [], flags: [0], operations: plain),
    Machine(
      name: "6 pages, indices told apart", runs: [(0, 2), (middle, 2), (top(2), 2)], nodes: [],
      flags: [0], operations: plain, tellsIndicesApart: true),
    Machine(
      name: "4 pages on two nodes", runs: [(0, 1), (middle, 1), (top(2), 2)], nodes: twoNodes,
      flags: [0], operations: onNodes),
    Machine(
      name: "3 pages with flags", runs: [(0, 2), (top(1), 1)], nodes: [], flags: [0],
      operations: withFlags),
    Machine(
      name: "6 pages with all there is", runs: [(0, 2), (middle, 2), (top(2), 2)], nodes: twoNodes,
      flags: [0, 1, 2, 4, 8], operations: all),
  ]
}
