import Dispatch
import PageAllocator

/// How long each step of the mixed work takes on its own.
struct MixedTimes {
  /// For each step, the nanoseconds of its fastest round, with those of reading the clock.
  private var steps = [UInt64](repeating: .max, count: MixedSlot.steps)

  /// For each step, whether it allocates.
  private var allocates = [Bool](repeating: false, count: MixedSlot.steps)

  /// Runs the work `rounds` times. Every round is the same, so that what only some rounds say of
  /// a step is not the step's.
  init(on machine: PageMachine, rounds: Int) {
    for _ in 0..<rounds {
      SharedPages(machine).use { (pages) throws in
        var slots = MixedSlot.none
        var span = slots.mutableSpan
        var random = Xorshift()
        for step in 0..<MixedSlot.steps {
          let start = DispatchTime.now().uptimeNanoseconds
          let isAllocation = try MixedSlot.step(&span, &random, on: pages)
          let end = DispatchTime.now().uptimeNanoseconds
          steps[step] = min(steps[step], end - start)
          allocates[step] = isAllocation
        }
      }
    }
  }

  /// The step that takes longest, of those that allocate or of those that free.
  func slowest(allocating: Bool) -> Int {
    steps.indices.filter { allocates[$0] == allocating }.max { steps[$0] < steps[$1] } ?? 0
  }

  /// The median, the other percentiles and the longest.
  private func text(allocating: Bool, clock: UInt64) -> String {
    let sorted = steps.indices.filter { allocates[$0] == allocating }.map { steps[$0] }.sorted()
    func text(_ permille: Int) -> String {
      "\(max(sorted[(sorted.count - 1) * permille / 1000], clock) - clock) ns"
    }
    return "p50 \(text(500)), p99 \(text(990)), p99.9 \(text(999)), longest \(text(1000))"
  }

  /// The median of what reading the clock adds.
  private static var clock: UInt64 {
    let times = (0..<10_001).map { _ in
      let start = DispatchTime.now().uptimeNanoseconds
      return DispatchTime.now().uptimeNanoseconds - start
    }
    return times.sorted()[times.count / 2]
  }

  /// Percentiles for one processor and for several.
  static func figures() -> [Figure] {
    let clock = clock
    return [(1, ""), (2, ", several processors")].flatMap { processors, suffix -> [Figure] in
      let times = MixedTimes(
        on: PageMachine(gigabytes: 1, processors: processors), rounds: arguments.rounds)
      return [(true, "allocation"), (false, "free")].map { allocating, name in
        Figure(
          name: "pages: a step of mixed\(suffix): \(name)",
          value: Double(times.steps[times.slowest(allocating: allocating)]),
          text: times.text(allocating: allocating, clock: clock), isReached: nil)
      }
    }
  }

  /// The step that took longest in three rounds, alone: its instructions are what is wanted.
  static func slowestStep(allocating: Bool, on machine: PageMachine) -> Workload {
    Workload(
      group: "pages", work: "mixed, longest \(allocating ? "allocation" : "free")",
      implementation: "here", wanted: .init(instructions: 20_000)
    ) {
      let step = MixedTimes(on: machine, rounds: 3).slowest(allocating: allocating)
      let shared = SharedPages(machine)
      var slots = MixedSlot.none
      var random = Xorshift()
      func run(_ count: Int) {
        shared.use { (pages) throws in
          var span = slots.mutableSpan
          for _ in 0..<count { try MixedSlot.step(&span, &random, on: pages) }
        }
      }
      run(step)
      return Workload.Run(operations: 1, body: { run(1) })
    }
  }
}
