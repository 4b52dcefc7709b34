import Addressing
import Kernel
import PageAllocator
import Paging
import X86

/// All processors at once: on the page allocator, the heap, locks and the address space.
enum ProcessorTests {
  static func run(in tests: inout TestRun, _ machine: BootedMachine, seed: UInt64, rounds: UInt64) {
    tests.run("a function runs on each processor") { everywhere(machine) }
    tests.run("a lock lets one processor in at a time") { lock(machine) }
    tests.run("pages and heap are used from all processors") {
      soak(machine, seed: seed, rounds: rounds)
    }
    tests.run("an unmapped page is gone for all processors") { shootdown(machine) }
    tests.run("all processors map and unmap at once") { mapping(machine) }
    tests.run("MWAIT is used where it is worth it") { idle() }
    report(machine)
  }

  /// What CPUID says, and what follows.
  private static func idle() -> String? {
    let cases: [(features: UInt32, extensions: UInt32, states: UInt32, isWorthwhile: Bool)] = [
      (0, 1, 0x10, false),
      (1 << 3, 0, 0, true),
      (1 << 3, 1, 0, false),
      (1 << 3, 1, 0x20, true),
      (1 << 3, 1, 0x0f0f, false),
    ]
    for (index, each) in cases.enumerated() {
      let found = MonitorFeatures(
        features: each.features, extensions: each.extensions, states: each.states)
      guard found.areWorthwhile == each.isWorthwhile else { return "case \(index)" }
    }
    return nil
  }

  private static func everywhere(_ machine: BootedMachine) -> String? {
    let count = machine.processors.count
    let seen = Lock([Int](repeating: 0, count: count))
    machine.processors.runOnAll { number in
      let isRight = machine.processors.current == number
      seen.withLock { $0[number] += isRight ? 1 : 1000 }
    }
    for number in 0..<count {
      machine.processors.run(on: number) { seen.withLock { $0[number] += 10 } }
    }
    guard seen.withLock({ $0.allSatisfy { $0 == 11 } }) else { return "not once on each" }
    let few = Lock([Int](repeating: 0, count: count))
    machine.processors.run(on: Array(stride(from: 0, to: count, by: 2))) { number in
      few.withLock { $0[number] += 1 }
    }
    for number in 0..<count where few.withLock({ $0[number] }) != (number + 1) % 2 {
      return "not once on each of some"
    }
    // From another processor, back to this one.
    machine.processors.run(on: count - 1) {
      machine.processors.run(on: 0) { seen.withLock { $0[0] += 100 } }
    }
    return seen.withLock { $0[0] } == 111 ? nil : "the way back was lost"
  }

  private static func lock(_ machine: BootedMachine) -> String? {
    let total = Lock(0)
    machine.processors.runOnAll { _ in
      for _ in 0..<2000 { total.withLock { $0 += 1 } }
    }
    let expected = 2000 * machine.processors.count
    return total.withLock { $0 } == expected ? nil : "an addition was lost"
  }

  /// Each processor allocates and frees pages and strings at random, and finds in them what it wrote.
  private static func soak(
    _ machine: BootedMachine, seed: UInt64, rounds: UInt64
  ) -> String? {
    let failure = Lock<String?>(nil)
    // What the closures and their results take is there before and after.
    machine.memory.pages.drainCaches()
    let before = MachineMemory.freePages
    machine.processors.runOnAll { number in
      let found = churn(seed: seed &+ UInt64(number) &* 7919, rounds: rounds)
      if let found { failure.withLock { $0 = found } }
    }
    if let found = failure.withLock({ $0 }) { return found }
    machine.memory.pages.drainCaches()
    if MachineMemory.freePages != before { return "pages were lost" }
    return machine.memory.pages.brokenInvariant.map { "\($0)" }
  }

  private static func churn(seed: UInt64, rounds: UInt64) -> String? {
    var random = RandomNumbers(seed: seed)
    var frames = [PageFrameNumber?](repeating: nil, count: 32)
    var texts = [String](repeating: "", count: 32)
    defer {
      for case let frame? in frames { try? pages?.free(frame, order: 0) }
    }
    for round in 0..<rounds {
      let slot = Int(random.next(below: 32))
      if random.next(below: 2) == 0 {
        if let frame = frames[slot] {
          guard kernelWindow.load(UInt64.self, at: frame.start) == frame.value ^ seed else {
            return "a page's content changed"
          }
          guard (try? pages?.free(frame, order: 0)) != nil else {
            return "a page was not taken back"
          }
          frames[slot] = nil
        } else if let frame = try? pages?.allocate(FrameRequest(order: 0)) {
          kernelWindow.store(frame.value ^ seed, at: frame.start)
          frames[slot] = frame
        }
      } else {
        let text = texts[slot]
        guard text.isEmpty || text.hasSuffix("a text of more than fifteen bytes") else {
          return "a text changed"
        }
        texts[slot] = text.isEmpty ? "\(round): a text of more than fifteen bytes" : ""
      }
    }
    return nil
  }

  /// Every processor reads a page until it is unmapped: then each must fault.
  private static func shootdown(_ machine: BootedMachine) -> String? {
    let before = machine.processors.shootdowns
    let memory = machine.memory
    let address = memory.programArea.lowerBound
    let faults = Lock(0)
    let handle: Void? = try? machine.interrupts.handle(exception: 14) { frame in
      guard frame.faultAddress == address.value else { return false }
      faults.withLock { $0 += 1 }
      frame.instructionPointer = frame.rax
      return true
    }
    guard handle != nil else { return "page faults can't be handled" }
    defer { machine.interrupts.stopHandling(vector: 14) }
    for _ in 0..<20 {
      guard let frame = try? memory.pages.allocate(FrameRequest(order: 0)) else { return "no page" }
      let range = AddressRange(at: frame.start, size: PageFrameNumber.size)
      guard (try? memory.map(address, to: range, permissions: .readWrite)) != nil else {
        return "not mapped"
      }
      machine.processors.runOnAll { _ in probeByte(at: address.value) }
      guard (try? memory.unmap(address, size: PageFrameNumber.size)) != nil,
        (try? memory.pages.free(frame, order: 0)) != nil
      else { return "not unmapped" }
      machine.processors.runOnAll { _ in probeByte(at: address.value) }
    }
    let expected = 20 * machine.processors.count
    guard faults.withLock({ $0 }) == expected else { return "a processor still saw the page" }
    let count = machine.processors.shootdowns.count - before.count
    return machine.processors.count == 1 || count >= 20 ? nil : "nobody was told"
  }

  private static func mapping(_ machine: BootedMachine) -> String? {
    let failures = Lock(0)
    machine.memory.pages.drainCaches()
    let before = MachineMemory.freePages
    machine.processors.runOnAll { number in
      for round in 0..<UInt64(50) {
        guard let memory = try? MappedMemory(size: 3 * PageFrameNumber.size) else {
          failures.withLock { $0 += 1 }
          continue
        }
        let end = memory.address + (memory.size - 8)
        writeWord(round ^ UInt64(number), toAddress: end.value)
        if readRegister64(end.value) != round ^ UInt64(number) { failures.withLock { $0 += 1 } }
      }
    }
    guard failures.withLock({ $0 }) == 0 else { return "memory was not mapped, or was another's" }
    machine.memory.pages.drainCaches()
    return MachineMemory.freePages == before ? nil : "pages were lost"
  }

  private static func report(_ machine: BootedMachine) {
    let shootdowns = machine.processors.shootdowns
    console.write("Shootdowns: ")
    console.write(decimal: shootdowns.count)
    console.write(" over ")
    console.write(decimal: UInt64(machine.processors.count))
    console.write(" processors, ")
    console.write(decimal: shootdowns.nanoseconds / Swift.max(1, shootdowns.count))
    console.write(" ns each\n")
  }
}
