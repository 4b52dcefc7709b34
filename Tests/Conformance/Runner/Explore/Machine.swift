import ConformanceSides

/// A machine that is so small that all its states can be visited: some pages, in runs that don't
/// touch, and the operations that it knows.
///
/// Memory is added and reserved within a run only, so that what is allocated is one of the pages
/// too, and the number of states is finite.
struct Machine {
  let name: String
  /// Where each run of pages starts, and how many it has.
  let runs: [(base: UInt64, pages: Int)]
  /// The nodes that memory and reservations are put on.
  let nodes: [UInt64]
  /// The flags that memory is added with, and that free ranges are asked for.
  let flags: [UInt64]
  /// The operations, beside the questions that every state is asked.
  let operations: [operation_code]
  /// Whether two states differ where only our index of free space does.
  var tellsIndicesApart = false

  static let pageSize: UInt64 = 0x1000

  /// The addresses at which pages of a run start or end.
  private func boundaries(of run: (base: UInt64, pages: Int)) -> [UInt64] {
    // The last page of all ends where addresses do.
    (0...run.pages).map { page in
      let address = run.base &+ UInt64(page) &* Self.pageSize
      return address < run.base ? .max : address
    }
  }

  var boundaries: [UInt64] { runs.flatMap { boundaries(of: $0) } }

  /// The bases of the pages.
  var pages: [UInt64] { runs.flatMap { boundaries(of: $0).dropLast() } }

  private typealias Bounds = (start: UInt64, end: UInt64)

  private func ranges(among all: [UInt64]) -> [Bounds] {
    all.indices.flatMap { first in all[(first + 1)...].map { (all[first], $0) } }
  }

  /// All ranges of pages within a run.
  private var ranges: [Bounds] { runs.flatMap { ranges(among: boundaries(of: $0)) } }

  /// All ranges, also those across what is between the runs.
  private var rangesAcross: [Bounds] { ranges(among: boundaries) }

  private var mostPages: Int { runs.map(\.pages).max()! }
}

// MARK: What can be done to it

extension Machine {
  /// Every operation that may change a state, with every parameter.
  var changes: [operation] {
    operations.filter { pair_has($0.rawValue) != 0 }.flatMap { code in
      operation(code).letters.first == "S" ? allocations(code) : changes(code)
    }
  }

  private func changes(_ code: operation_code) -> [operation] {
    let isAddition = [
      OPERATION_add, OPERATION_add_node, OPERATION_reserve, OPERATION_reserve_kern,
      OPERATION_reserve_node, OPERATION_physmem_add,
    ].contains(code)
    var lists: [[UInt64]] = [[]]
    for letter in operation(code).letters {
      switch letter {
      case "B":
        let ranges = isAddition ? ranges : rangesAcross
        lists = ranges.map { [$0.start, $0.end &- $0.start] }
      case "S": break  // comes with its base
      case "N": lists = lists.times(nodes)
      case "F": lists = lists.times(code == OPERATION_reserve_node ? [0, 0x10, 0x20] : flags)
      case "A": lists = lists.times([Self.pageSize, 2 * Self.pageSize, 4 * Self.pageSize])
      case "U" where code == OPERATION_limit:
        lists = lists.times([.max, boundaries[boundaries.count / 2]])
      case "U": lists = lists.times((0...pages.count).map { UInt64($0) * Self.pageSize })
      case "O": lists = lists.times([0, 1])
      default: fatalError("\(code) has an argument that is not given")
      }
    }
    return lists.map { operation(code, $0) }
  }

  /// Allocations of whole pages, in all ranges between two boundaries and without bounds.
  private func allocations(_ code: operation_code) -> [operation] {
    let letters = operation(code).letters
    let sizes = (1...mostPages).map { [UInt64($0) * Self.pageSize] }
    var lists = letters.contains("A") ? sizes.times([Self.pageSize, 2 * Self.pageSize]) : sizes
    if letters.contains("L") {
      // Those that the first allocator leads to differ in how they treat the bounds, not in which.
      let isFirst = code == OPERATION_alloc
      let bounds =
        [(0, 0)] + (isFirst ? rangesAcross : boundaries.dropFirst().map { ($0, 0) })
        + boundaries.dropFirst().map { (0, $0) }
      lists = lists.flatMap { list in bounds.map { list + [$0.0, $0.1] } }
    }
    if letters.contains("N") { lists = lists.times(nodes.filter { $0 < 1024 } + [.max]) }
    if letters.contains("O") { lists = lists.times([0, 1]) }
    return lists.map { operation(code, $0) }
  }
}

// MARK: What it is asked

extension Machine {
  /// Every question that leaves a state as it is, with every parameter.
  var questions: [operation] {
    let addresses = Set(boundaries + boundaries.map { $0 &- 1 }).sorted()
    let nodes = nodes.filter { $0 < 1024 } + [.max]
    let filters = Set(flags + [0, 0x1f]).sorted()
    var list: [operation] = []
    for code in [OPERATION_is_memory, OPERATION_is_map_memory, OPERATION_is_reserved] {
      list += addresses.map { operation(code, $0) }
    }
    for code in [
      OPERATION_is_region_memory, OPERATION_is_region_reserved, OPERATION_overlaps_mem,
      OPERATION_overlaps_rsv,
    ] {
      list += rangesAcross.map { operation(code, $0.start, $0.end &- $0.start) }
    }
    list += [
      OPERATION_mem_size, OPERATION_rsv_size, OPERATION_start_of_dram, OPERATION_end_of_dram,
      OPERATION_nr_free_pages, OPERATION_mem_ranges, OPERATION_rsv_ranges,
      OPERATION_physmem_ranges,
    ].map { operation($0) }
    if pair_has(OPERATION_kern_size.rawValue) != 0 {
      for node in nodes {
        list += boundaries.map { operation(OPERATION_kern_size, $0, node) }
        list += boundaries.map { operation(OPERATION_hugetlb_size, $0, node) }
      }
    }
    list += [0, 1, 2].map { operation(OPERATION_numa_coverage, $0 * Self.pageSize) }
    list += addresses.map { operation(OPERATION_search_pfn_nid, $0 >> 12) }
    for node in nodes {
      if pair_has(OPERATION_zone_ranges.rawValue) != 0 {
        list += rangesAcross.map {
          operation(OPERATION_zone_ranges, node, $0.start >> 12, $0.end >> 12)
        }
      }
      list.append(operation(OPERATION_pfn_ranges, node))
      for filter in filters {
        list.append(operation(OPERATION_free_ranges, node, filter))
        list.append(operation(OPERATION_free_ranges_rev, node, filter))
      }
    }
    return list
  }

  /// The hand-overs to the page allocator: of all memory, and of what is below a boundary.
  var handOvers: [operation] {
    [UInt64.max >> 12, boundaries[boundaries.count / 2] >> 12].map {
      operation(OPERATION_free_all, $0)
    }
  }
}

extension [[UInt64]] {
  /// Each list with each of `values` behind it.
  fileprivate func times(_ values: [UInt64]) -> [[UInt64]] {
    flatMap { list in values.map { list + [$0] } }
  }
}
