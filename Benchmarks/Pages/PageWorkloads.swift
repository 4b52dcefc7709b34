import Addressing
import PageAllocator

/// The page allocator's workloads: five kinds of work on 1 GiB, the same amount of work on
/// larger machines, as one of several processors, and the hand-off.
///
/// The rows of one processor are those of one without interrupts to keep out. The rows of several
/// processors are those of a kernel: two are configured and all hooks given, which do nothing.
func pageWorkloads() -> [Workload] {
  let wanted: [(work: PageWork, nanoseconds: Double, alone: Double, shared: Double)] = [
    (.fill, 12, 44, 60), (.free, 10, 81, 100), (.pingPong(0), 10, 59, 80),
    (.pingPong(9), 20, 129, 160), (.mixed, 14, 105, 130),
  ]
  var workloads: [Workload] = []
  let gigabyte = PageMachine(gigabytes: 1)
  for (work, nanoseconds, alone, _) in wanted {
    let limits = Workload.Wanted(nanoseconds: nanoseconds, instructions: alone)
    workloads.append(workload(work, work.name, on: gigabyte, limits))
  }
  for (size, name) in [(64, "64 GiB"), (1024, "1 TiB")] as [(UInt64, String)] {
    let machine = PageMachine(gigabytes: size)
    for (work, _, _, _) in wanted {
      let growth = Workload.Wanted(growth: (work.name, 1.5))
      workloads.append(workload(work, "\(work.name), \(name)", on: machine, growth))
    }
  }
  let several = ", several processors"
  let shared = PageMachine(gigabytes: 1, processors: 2)
  for (work, _, _, limit) in wanted {
    workloads.append(
      workload(work, work.name + several, on: shared, .init(instructions: limit)))
  }
  let another = PageMachine(gigabytes: 1, processors: 2) { threadProcessor }
  workloads.append(
    workload(
      .freeByAnother, PageWork.freeByAnother.name, on: another,
      .init(instructionGrowth: (PageWork.free.name + several, 2))))
  for isAllocation in [true, false] {
    workloads.append(MixedTimes.slowestStep(allocating: isAllocation, on: shared))
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
