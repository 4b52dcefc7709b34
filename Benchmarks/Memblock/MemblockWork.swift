/// The kinds of work that memblocks are compared by.
enum MemblockWork {
  /// The order in which things are done to places in memory.
  enum Order: String, CaseIterable {
    case ascending, descending, random
  }

  /// What lies between reservations.
  enum Gap: String {
    /// Too small for anything that is allocated.
    case small
    /// 16 MiB, in which all fits.
    case large
  }

  /// Adds 128 regions that don't touch.
  case add(Order)
  /// Allocates 1,000 times 4–64 KiB after so many reservations, which lie in the way.
  case allocate(reservations: Int, Gap, bottomUp: Bool)
  /// Allocates 64 KiB and frees them again, 1,000 times, after so many reservations: what it
  /// takes to find a place, while no other region has to move.
  case find(reservations: Int, bottomUp: Bool)
  /// Visits all free ranges of a memory of so many regions, each half reserved.
  case iterate(regions: Int, backwards: Bool)
  /// Reserves 10,000 pages that don't touch, while the table grows from 128.
  case reserve(Order)
  /// Frees 1,000 of 10,000 reservations, picked at random.
  case free
  /// Asks about 10,000 addresses in a memory of so many regions.
  case isMemory(regions: Int)
  case isReserved(regions: Int)
  case searchFrame(regions: Int)

  var name: String {
    switch self {
    case .add(let order): "add 128, \(order)"
    case .allocate(let count, let gap, let bottomUp):
      "allocate after \(count), \(gap) gaps\(bottomUp ? ", bottom-up" : "")"
    case .find(let count, let bottomUp):
      "find 64 KiB after \(count)\(bottomUp ? ", bottom-up" : "")"
    case .iterate(let regions, let backwards):
      "free ranges, \(regions)×\(regions)\(backwards ? ", downwards" : "")"
    case .reserve(let order): "reserve 10000, \(order)"
    case .free: "free of 10000, random"
    case .isMemory(let regions): "is_memory, \(regions)"
    case .isReserved(let regions): "is_reserved, \(regions)"
    case .searchFrame(let regions): "search_pfn_nid, \(regions)"
    }
  }

  /// Gets the work ready.
  func prepare(_ peer: some MemblockPeer) -> Workload.Run {
    peer.reset()
    switch self {
    case .add(let order): return Self.add(peer, order)
    case .allocate(let count, let gap, let bottomUp):
      return Self.allocate(peer, after: count, gap, bottomUp: bottomUp)
    case .find(let count, let bottomUp):
      return Self.find(peer, after: count, bottomUp: bottomUp)
    case .iterate(let regions, let backwards):
      return Self.iterate(peer, regions, backwards: backwards)
    case .reserve(let order): return Self.reserve(peer, order)
    case .free: return Self.free(peer)
    case .isMemory(let regions):
      return Self.ask(peer, regions) { $0.isMemory($1) ? 1 : 0 }
    case .isReserved(let regions):
      return Self.ask(peer, regions) { $0.isReserved($1) ? 1 : 0 }
    case .searchFrame(let regions):
      return Self.ask(peer, regions) { $0.firstFrame(aroundFrame: $1 >> 12) }
    }
  }

  /// The numbers below `count` in that order, the same each time.
  private static func places(_ count: Int, _ order: Order) -> [UInt64] {
    var places = (0..<UInt64(count)).map { $0 }
    switch order {
    case .ascending: break
    case .descending: places.reverse()
    case .random: shuffle(&places)
    }
    return places
  }

  private static func shuffle(_ places: inout [UInt64]) {
    var random = Xorshift()
    for index in (1..<places.count).reversed() {
      places.swapAt(index, Int(random.next() % UInt64(index + 1)))
    }
  }
}

extension MemblockWork {
  private static func add(_ peer: some MemblockPeer, _ order: Order) -> Workload.Run {
    let bases = places(128, order).map { $0 << 13 }
    let times = 100
    return Workload.Run(
      operations: times * bases.count,
      body: {
        for _ in 0..<times {
          peer.reset()
          for base in bases { peer.add(base, 0x1000) }
        }
      },
      result: { peer.fingerprint })
  }

  /// The bytes of memory: 1 TiB, or where instructions are counted as much as valgrind can map.
  /// The work is the same: large gaps, 4 MiB for 16, still have room for every request.
  static let memorySize: UInt64 = countsInstructions ? 1 << 35 : 1 << 40

  /// Whether this process runs one workload under valgrind.
  static let countsInstructions = CommandLine.arguments.contains("--once")

  /// All memory, with so many reservations at the end where the search starts.
  private static func reserve(
    _ peer: some MemblockPeer, _ count: Int, _ gap: Gap, bottomUp: Bool
  ) {
    let memory = memorySize
    peer.allowResize()
    peer.add(0, memory)
    if bottomUp { peer.setBottomUp() }
    let distance: UInt64 =
      (gap == .small ? 2 << 10 : memorySize == 1 << 40 ? 16 << 20 : 4 << 20) + 0x1000
    for index in 0..<UInt64(count) {
      let offset = index * distance
      // The first page is never given.
      peer.reserve(bottomUp ? 0x1000 + offset : memory - 0x1000 - offset, 0x1000)
    }
  }

  private static func find(
    _ peer: some MemblockPeer, after count: Int, bottomUp: Bool
  ) -> Workload.Run {
    reserve(peer, count, .small, bottomUp: bottomUp)
    let size: UInt64 = 0x10000
    // The first search looks at every gap that has changed: it belongs to the changes.
    peer.free(peer.allocate(size, alignment: size), size)
    let times = 1000
    return Workload.Run(
      operations: times,
      body: {
        for _ in 0..<times { peer.free(peer.allocate(size, alignment: size), size) }
      },
      result: { peer.fingerprint })
  }

  private static func allocate(
    _ peer: some MemblockPeer, after count: Int, _ gap: Gap, bottomUp: Bool
  ) -> Workload.Run {
    reserve(peer, count, gap, bottomUp: bottomUp)
    var random = Xorshift()
    let sizes = (0..<1000).map { _ in 0x1000 * (1 + random.next() % 16) }
    let requests = sizes.map { (size: $0, alignment: roundedUpToPowerOfTwo($0)) }
    return Workload.Run(
      operations: requests.count,
      body: {
        for request in requests {
          _ = peer.allocate(request.size, alignment: request.alignment)
        }
      },
      result: { peer.fingerprint })
  }

  private static func roundedUpToPowerOfTwo(_ size: UInt64) -> UInt64 {
    1 << UInt64(64 - (size - 1).leadingZeroBitCount)
  }

  private static func iterate(
    _ peer: some MemblockPeer, _ regions: Int, backwards: Bool
  ) -> Workload.Run {
    peer.allowResize()
    peer.add(memorySize >> 1, 1 << 30)
    // All of one first: when both tables grow in one call, Linux puts one over the other.
    for index in 0..<UInt64(regions - 1) { peer.add(index << 16, 0x8000) }
    for index in 0..<UInt64(regions - 1) { peer.reserve(index << 16 + 0x2000, 0x1000) }
    let times = max(1, 100_000 / regions)
    let count = peer.sumFreeRanges(backwards: backwards).count
    var answer: UInt64 = 0
    return Workload.Run(
      operations: times * count,
      body: {
        for _ in 0..<times { answer = peer.sumFreeRanges(backwards: backwards).sum }
      },
      result: { answer })
  }

  private static func reserve(_ peer: some MemblockPeer, _ order: Order) -> Workload.Run {
    peer.allowResize()
    peer.add(0, min(1 << 36, memorySize))
    let bases = places(10_000, order).map { 1 << 20 + $0 << 13 }
    return Workload.Run(
      operations: bases.count,
      body: { for base in bases { peer.reserve(base, 0x1000) } },
      result: { peer.fingerprint })
  }

  private static func free(_ peer: some MemblockPeer) -> Workload.Run {
    peer.allowResize()
    peer.add(0, min(1 << 36, memorySize))
    for place in 0..<10_000 as Range<UInt64> { peer.reserve(1 << 20 + place << 13, 0x1000) }
    let bases = places(10_000, .random).prefix(1000).map { 1 << 20 + $0 << 13 }
    return Workload.Run(
      operations: bases.count,
      body: { for base in bases { peer.free(base, 0x1000) } },
      result: { peer.fingerprint })
  }

  @inline(__always)
  private static func ask<Peer: MemblockPeer>(
    _ peer: Peer, _ regions: Int, _ question: @escaping (Peer, UInt64) -> UInt64
  ) -> Workload.Run {
    peer.allowResize()
    peer.add(memorySize >> 1, 1 << 30)
    for index in 0..<UInt64(regions) { peer.add(1 << 20 + index << 14, 0x2000) }
    for index in 0..<UInt64(regions) { peer.reserve(1 << 20 + index << 14, 0x2000) }
    var random = Xorshift()
    let addresses = (0..<10_000).map { _ in 1 << 20 + random.next() % UInt64(regions << 14) }
    var answers: UInt64 = 0
    return Workload.Run(
      operations: addresses.count,
      body: {
        // A local sum: what a closure captures is checked for exclusive access each time.
        var sum: UInt64 = 0
        for address in addresses { sum &+= question(peer, address) }
        answers = sum
      },
      result: { answers })
  }
}
