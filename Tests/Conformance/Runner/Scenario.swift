import ConformanceSides

/// What a trace is about: how big its world is, how ragged its ranges, which operations it
/// has. Every trace draws its own, so that rare combinations come about.
struct Scenario {
  /// The bits of the highest address.
  let addressBits: Int
  /// The bytes that bases and sizes are mostly multiples of.
  let grain: UInt64
  /// One range in so many is off the grain.
  let raggedness: Int
  let nodes: Int
  let operations: Int
  /// How many regions the tables get before the random part, and which table.
  let crowd: Int
  let crowdsReserved: Bool
  let resizes: Bool
  /// The operations to draw from, with repetition.
  let mix: [operation_code]

  /// The operations in groups that a trace has or hasn't, with their weights.
  private static let groups: [[(operation_code, Int)]] = [
    [(OPERATION_add, 8), (OPERATION_add_node, 6), (OPERATION_remove, 5)],
    [(OPERATION_reserve, 10), (OPERATION_free, 8)],
    [
      (OPERATION_alloc, 6), (OPERATION_alloc_exact, 3), (OPERATION_phys_alloc_range, 3),
      (OPERATION_phys_alloc_try_nid, 2), (OPERATION_try_nid, 2), (OPERATION_try_nid_raw, 4),
      (OPERATION_exact_nid_raw, 3), (OPERATION_alloc_or_panic, 2),
    ],
    [
      (OPERATION_mark_hotplug, 3), (OPERATION_clear_hotplug, 2), (OPERATION_mark_mirror, 3),
      (OPERATION_mark_nomap, 3), (OPERATION_clear_nomap, 2), (OPERATION_mark_noinit, 3),
    ],
    [(OPERATION_set_node, 5), (OPERATION_set_node_rsv, 3)],
    [
      (OPERATION_trim, 1), (OPERATION_enforce_limit, 1), (OPERATION_cap, 1),
      (OPERATION_mem_limit_remove_map, 1),
    ],
    [
      (OPERATION_bottom_up, 2), (OPERATION_limit, 2), (OPERATION_movable_node, 1),
      (OPERATION_mirrored_kernelcore, 1),
    ],
    [
      (OPERATION_is_memory, 2), (OPERATION_is_map_memory, 2), (OPERATION_is_reserved, 2),
      (OPERATION_is_region_memory, 2), (OPERATION_is_region_reserved, 2),
      (OPERATION_overlaps_mem, 2), (OPERATION_overlaps_rsv, 2), (OPERATION_mem_size, 1),
      (OPERATION_rsv_size, 1), (OPERATION_start_of_dram, 1), (OPERATION_end_of_dram, 1),
      (OPERATION_nr_free_pages, 1), (OPERATION_numa_coverage, 1), (OPERATION_search_pfn_nid, 2),
    ],
    [
      (OPERATION_free_ranges, 3), (OPERATION_free_ranges_rev, 3), (OPERATION_mem_ranges, 1),
      (OPERATION_rsv_ranges, 1), (OPERATION_pfn_ranges, 2), (OPERATION_zone_ranges, 2),
    ],
    [
      (OPERATION_physmem_add, 3), (OPERATION_physmem_ranges, 2), (OPERATION_reserve_mem, 3),
      (OPERATION_reserve_mem_find, 2),
    ],
    [
      (OPERATION_reserve_kern, 5), (OPERATION_reserve_node, 4), (OPERATION_mark_kern, 2),
      (OPERATION_kern_size, 1), (OPERATION_hugetlb_size, 1), (OPERATION_alloc_hugetlb, 3),
    ],
    [(OPERATION_mark_scratch, 4), (OPERATION_clear_scratch, 2), (OPERATION_scratch_only, 2)],
  ]

  init(using random: inout RandomNumbers) {
    addressBits = random.pick([14, 20, 24, 24, 30, 36, 40, 44, 64])
    let grains: [UInt64] = [1, 64, 0x400, 0x1000, 0x1000, 0x10000, 0x200000]
    var drawn = random.pick(grains)
    while drawn >> UInt64(addressBits - 4) != 0 { drawn >>= 4 }
    grain = drawn
    raggedness = random.pick([2, 5, 20, 1000])
    nodes = random.pick([0, 0, 1, 2, 4, 9])
    operations = random.pick([20, 60, 120, 250, 400])
    crowd = random.pick([0, 0, 0, 10, 60, 120, 125, 127, 128, 200, 255])
    crowdsReserved = random.once(in: 2)
    resizes = random.below(5) < 3
    var mix: [operation_code] = []
    for group in Self.groups where !random.once(in: 4) {
      for (code, weight) in group where !random.once(in: 6) {
        mix += Array(repeating: code, count: weight)
      }
    }
    // What the version of Linux has not is drawn all the same, so that a seed means one trace.
    mix.removeAll { pair_has($0.rawValue) == 0 }
    self.mix = mix.isEmpty ? [OPERATION_add, OPERATION_reserve] : mix
  }
}
