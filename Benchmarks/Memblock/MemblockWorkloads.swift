/// Memblock's workloads: what boots do most, against Linux's own code where that has been
/// built, and how the time of a search grows with the number of regions.
func memblockWorkloads() -> [Workload] {
  var workloads: [Workload] = []
  for (work, factor, instructions) in comparedWork {
    // Linux's side maps 1 TiB, which is more than valgrind has.
    if !MemblockWork.countsInstructions, let linux = unsafe MemblockOfLinux.shared {
      workloads.append(workload(work, linux, .init()))
    }
    let wanted = Workload.Wanted(
      instructions: instructions, speedup: (MemblockOfLinux.name, factor))
    workloads.append(unsafe workload(work, MemblockHere.shared, wanted))
  }
  for work in workInC {
    let wanted = Workload.Wanted(speedup: (MemblockHere.name, 1 / 1.3))
    workloads.append(unsafe workload(work, MemblockInC.shared, wanted))
  }
  workloads += growth { .find(reservations: $0, bottomUp: false) }
  workloads += growth { .find(reservations: $0, bottomUp: true) }
  workloads += growth { .isMemory(regions: $0) }
  workloads += growth { .isReserved(regions: $0) }
  workloads += growth { .searchFrame(regions: $0) }
  return workloads
}

/// The work that is compared with Linux, how many times as fast it is wanted, and how many
/// instructions it may take: what it took when its code was tuned, and 5 %. Without the functions
/// that are inlined always these limits are missed.
private let comparedWork: [(MemblockWork, Double, instructions: Double?)] =
  [
    (.add(.ascending), 4, 242), (.add(.descending), 1.2, 268), (.add(.random), 2, 611),
  ]
  + zip([1, 64, 512, 4096], [8, 10, 15, 20]).map {
    (.allocate(reservations: $0, .small, bottomUp: false), $1, nil)
  }
  + zip([1, 64, 512, 4096], [8, 10, 25, 100]).map {
    (.allocate(reservations: $0, .small, bottomUp: true), $1, nil)
  }
  + [1, 64, 512, 4096].map { (.allocate(reservations: $0, .large, bottomUp: false), 8, nil) }
  + [64, 256, 1024].flatMap { regions in
    [false, true].map { (.iterate(regions: regions, backwards: $0), 1.5, nil) }
  }
  + [
    (.reserve(.ascending), 50, 528), (.reserve(.descending), 1, 560), (.reserve(.random), 1.8, nil),
    (.free, 2, nil), (.isMemory(regions: 10_000), 1.2, 306),
    (.isReserved(regions: 10_000), 1.2, 306), (.searchFrame(regions: 10_000), 1.2, 334),
  ]

/// The work that is done through the C interface too, which may take 1.3 times as long.
private let workInC: [MemblockWork] = [
  .reserve(.ascending), .reserve(.random),
  .allocate(reservations: 64, .small, bottomUp: false),
  .allocate(reservations: 4096, .small, bottomUp: false), .free, .isReserved(regions: 10_000),
]

/// The same work in ever larger tables. Its time may grow as the logarithm of the number of
/// regions does, and by what the caches hold back: twice that.
private func growth(_ work: (Int) -> MemblockWork) -> [Workload] {
  let base = 128
  return [128, 1000, 10_000, 100_000].map { regions in
    let ratio = logarithm(regions) / logarithm(base)
    let wanted =
      regions == base
      ? Workload.Wanted() : Workload.Wanted(growth: (work(base).name, 2 * ratio))
    var workload = unsafe workload(work(regions), MemblockHere.shared, wanted)
    workload.group = "memblock growth"
    return workload
  }
}

private func logarithm(_ number: Int) -> Double {
  var (power, exponent) = (1.0, 0.0)
  while power * 2 <= Double(number) { (power, exponent) = (power * 2, exponent + 1) }
  return exponent + Double(number) / power - 1
}

private func workload<Peer: MemblockPeer>(
  _ work: MemblockWork, _ peer: Peer, _ wanted: Workload.Wanted
) -> Workload {
  Workload(
    group: "memblock", work: work.name, implementation: Peer.name, wanted: wanted,
    countsInstructions: Peer.name != MemblockOfLinux.name
  ) { work.prepare(peer) }
}
