import Addressing
import PageAllocator

/// The page allocator's workloads: five kinds of work on 1 GiB, the same amount of work on
/// larger machines, with locks for several processors, and the hand-off.
func pageWorkloads() -> [Workload] {
  let wanted: [(PageWork, Workload.Wanted)] = [
    (.fill, .init(nanoseconds: 12, instructions: 70)),
    (.free, .init(nanoseconds: 10, instructions: 80)),
    (.pingPong(0), .init(nanoseconds: 10, instructions: 60)),
    (.pingPong(9), .init(nanoseconds: 20, instructions: 150)),
    (.mixed, .init(nanoseconds: 14, instructions: 110)),
  ]
  var workloads: [Workload] = []
  let gigabyte = PageMachine(gigabytes: 1)
  for (work, wanted) in wanted {
    workloads.append(workload(work, work.name, on: gigabyte, wanted))
  }
  for (size, name) in [(64, "64 GiB"), (1024, "1 TiB")] as [(UInt64, String)] {
    let machine = PageMachine(gigabytes: size)
    for (work, _) in wanted {
      let growth = Workload.Wanted(growth: (work.name, 1.5))
      workloads.append(workload(work, "\(work.name), \(name)", on: machine, growth))
    }
  }
  let shared = PageMachine(gigabytes: 1, processors: 2)
  for (work, _) in wanted {
    workloads.append(workload(work, "\(work.name), with locks", on: shared, .init()))
  }
  workloads.append(handOff())
  return workloads
}

private func workload(
  _ work: PageWork, _ name: String, on machine: PageMachine, _ wanted: Workload.Wanted
) -> Workload {
  Workload(group: "pages", work: name, implementation: "here", wanted: wanted) {
    work.prepare(SharedPages(machine))
  }
}

/// The time from nothing to an allocator that owns 1 TiB.
private func handOff() -> Workload {
  let machine = PageMachine(gigabytes: 1024)
  return Workload(
    group: "pages", work: "init 1 TiB", implementation: "here",
    wanted: .init(nanoseconds: 1_000_000)
  ) {
    var pages: SharedPages?
    return Workload.Run(
      operations: 1, body: { pages = SharedPages(machine) },
      result: { pages?.pages.freeFrames ?? 0 })
  }
}

/// The bytes of metadata for each GiB.
func pageFigures() -> [Figure] {
  [(1, "1 GiB"), (64, "64 GiB"), (1024, "1 TiB")].map { (size: UInt64, name: String) in
    let perGiB = Double(PageMachine(gigabytes: size).tableSize) / Double(size) / 1024
    return Figure(
      name: "pages: metadata per GiB of \(name)", value: perGiB,
      text: "\(number(perGiB)) KiB, ≤ 104 KiB", isReached: perGiB <= 104)
  }
}
