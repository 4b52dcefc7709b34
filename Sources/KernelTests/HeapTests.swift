import Kernel

/// The Swift heap: what is built on it and dropped must leave nothing behind.
enum HeapTests {
  static func run(in tests: inout TestRun, seed: UInt64) {
    tests.run("a dictionary of 10,000 entries comes and goes") { dictionary() }
    tests.run("100,000 random allocations come and go") { churn(seed: seed) }
  }

  private static func dictionary() -> String? {
    let before = MachineMemory.freePages
    var sum = 0
    do {
      var lists: [String: [Int]] = [:]
      for number in 0..<10_000 {
        lists["the entry of number \(number)"] = [number, number + 1, number + 2]
      }
      guard lists.count == 10_000 else { return "entries were lost" }
      guard lists["the entry of number 1234"] == [1234, 1235, 1236] else { return "a wrong entry" }
      for list in lists.values { sum += list[0] }
    }
    guard sum == 49_995_000 else { return "a wrong sum of the entries" }
    return MachineMemory.freePages == before ? nil : "pages were lost"
  }

  private static func churn(seed: UInt64) -> String? {
    let before = MachineMemory.freePages
    var random = RandomNumbers(seed: seed)
    do {
      var held = [[UInt64]](repeating: [], count: 256)
      for step in 0..<100_000 {
        let slot = Int(random.next(below: 256))
        if let first = held[slot].first {
          guard held[slot].last == first else { return "an array's contents changed" }
          held[slot] = []
        } else {
          // Mostly small, now and then several pages.
          let count = 1 + Int(random.next(below: step % 64 == 0 ? 4096 : 64))
          held[slot] = [UInt64](repeating: random.next(), count: count)
        }
      }
    }
    return MachineMemory.freePages == before ? nil : "pages were lost"
  }
}
