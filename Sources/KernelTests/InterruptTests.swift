import Addressing
import Kernel
import PageAllocator
import Paging
import X86

/// Interrupts and exceptions that are handled, and what it costs.
enum InterruptTests {
  static func run(in tests: inout TestRun, _ machine: BootedMachine) {
    tests.run("a vector is handled, and costs few instructions") { vector(machine.interrupts) }
    console.write("interrupt entry to handler and back: ")
    console.write(decimal: cost)
    console.write(" ticks\n")
    tests.run("a breakpoint is resumed behind it") { breakpointIsResumed(machine.interrupts) }
    tests.run("a page fault is handled by mapping the page") { pageFault(machine) }
    tests.run("the local APIC raises a vector") { raised(machine.interrupts) }
    tests.run("the clock's line comes again and again") { line(machine) }
    console.write("33 interrupts of the clock's line: ")
    console.write(decimal: lineTime)
    console.write(" ms\n")
    tests.run("what is taken is refused") { refusals(machine.interrupts) }
    tests.run("a handler may allocate") { allocation(machine) }
  }

  @safe nonisolated(unsafe) private static var hits: UInt64 = 0
  @safe nonisolated(unsafe) private static var cost: UInt64 = 0
  @safe nonisolated(unsafe) private static var lineTime: UInt64 = 0

  private static func vector(_ interrupts: Interrupts) -> String? {
    hits = 0
    // From here on the end of an interrupt is told to the local APIC.
    guard interrupts.message(for: 129) != nil else { return "no local APIC" }
    guard (try? interrupts.handle(vector: 129, with: { _ in hits += 1 })) != nil else {
      return "not registered"
    }
    defer { interrupts.stopHandling(vector: 129) }
    raiseInterrupt129()
    var best = UInt64.max
    for _ in 0..<10 {
      let start = readTimeStampCounter()
      let middle = readTimeStampCounter()
      raiseInterrupt129()
      let end = readTimeStampCounter()
      best = min(best, (end - middle) - (middle - start))
    }
    cost = best
    guard hits == 11 else { return "the handler was not called each time" }
    return interrupts.count(of: 129) == 11 ? nil : "a wrong count"
  }

  private static func breakpointIsResumed(_ interrupts: Interrupts) -> String? {
    hits = 0
    let handle: Void? = try? interrupts.handle(exception: 3) { _ in
      hits += 1
      return true
    }
    guard handle != nil else { return "not registered" }
    breakpoint()
    breakpoint()
    interrupts.stopHandling(vector: 3)
    return hits == 2 ? nil : "the handler was not called each time"
  }

  private static func pageFault(_ machine: BootedMachine) -> String? {
    let memory = machine.memory
    let place = memory.programArea.lowerBound
    guard let frame = try? memory.pages.allocate(.init(order: 0)) else { return "no frame" }
    hits = 0
    let handle: Void? = try? machine.interrupts.handle(exception: 14) { interrupted in
      guard interrupted.faultAddress == place.value + 8, interrupted.errorCode == 2 else {
        return false
      }
      hits += 1
      return
        (try? memory.map(
          place, to: .init(at: frame.start, size: 4096), permissions: .readWrite)) != nil
    }
    guard handle != nil else { return "not registered" }
    writeWord(0x1234_5678_9abc_def0, toAddress: place.value + 8)
    machine.interrupts.stopHandling(vector: 14)
    let word = memory.window.load(UInt64.self, at: frame.start + UInt64(8))
    guard (try? memory.unmap(place, size: 4096)) != nil else { return "not unmapped" }
    guard (try? memory.pages.free(frame, order: 0)) != nil else { return "not freed" }
    return hits == 1 && word == 0x1234_5678_9abc_def0 ? nil : "the write did not arrive"
  }

  private static func raised(_ interrupts: Interrupts) -> String? {
    hits = 0
    guard let vector = try? interrupts.handleFreeVector(with: { _ in hits += 1 }) else {
      return "no vector"
    }
    defer { interrupts.stopHandling(vector: vector) }
    for count in 1...3 {
      interrupts.raise(vector)
      for _ in 0..<1_000_000 where hits != count { pauseProcessor() }
      guard hits == count else { return "an interrupt did not come" }
    }
    interrupts.withoutInterrupts { interrupts.raise(vector) }
    for _ in 0..<1_000_000 where hits != 4 { pauseProcessor() }
    guard let message = interrupts.message(for: vector), message.data == UInt32(vector) else {
      return "no message"
    }
    return hits == 4 ? nil : "an interrupt was lost while they were off"
  }

  /// Line 8, which ACPI may override: the real-time clock's periodic interrupt, at 64 Hz. One that is
  /// not taken back comes only once. A busy host delays and merges them.
  private static func line(_ machine: BootedMachine) -> String? {
    hits = 0
    let vector = try? machine.interrupts.handle(line: 8) { _ in
      hits += 1
      _ = register(0x0c)  // reading register C takes the interrupt back
    }
    guard let vector else { return "not registered" }
    let saved = (register(0x0a), register(0x0b))
    setRegister(0x0a, saved.0 & 0xf0 | 0x0a)
    setRegister(0x0b, saved.1 | 0x40)
    _ = register(0x0c)
    let limit = machine.clock.nanoseconds + 60_000_000_000
    while hits == 0, machine.clock.nanoseconds < limit { machine.clock.sleep(milliseconds: 1) }
    let start = machine.clock.nanoseconds
    while hits < 33, machine.clock.nanoseconds < limit { machine.clock.sleep(milliseconds: 1) }
    lineTime = (machine.clock.nanoseconds - start) / 1_000_000
    let count = hits
    setRegister(0x0b, saved.1)
    setRegister(0x0a, saved.0)
    machine.interrupts.stopHandling(vector: vector)
    // How long they take is looked at where nothing but the machine's own clock counts.
    return count >= 33 ? nil : "\(count) interrupts in a minute"
  }

  private static func register(_ number: UInt8) -> UInt8 {
    outputByte(number, toPort: 0x70)
    return inputByte(fromPort: 0x71)
  }

  private static func setRegister(_ number: UInt8, _ value: UInt8) {
    outputByte(number, toPort: 0x70)
    outputByte(value, toPort: 0x71)
  }

  private static func refusals(_ interrupts: Interrupts) -> String? {
    guard let vector = try? interrupts.handleFreeVector(with: { _ in }) else { return "no vector" }
    defer { interrupts.stopHandling(vector: vector) }
    do {
      try interrupts.handle(vector: vector) { _ in }
      return "a vector has two handlers"
    } catch .taken {} catch { return "another error" }
    do {
      try interrupts.handle(exception: 8) { _ in true }
      return "a double fault has a handler"
    } catch .cannotResume {} catch { return "another error" }
    do {
      try interrupts.handle(vector: 14) { _ in }
      return "an exception is taken for an interrupt"
    } catch .isException {} catch { return "another error" }
    do {
      try interrupts.handle(line: 16) { _ in }
      return "there is a line 16"
    } catch .noSuchLine {} catch { return "another error" }
    return nil
  }

  /// The program and the handler of a timer allocate at the same time.
  private static func allocation(_ machine: BootedMachine) -> String? {
    let before = MachineMemory.freePages
    hits = 0
    let timer = machine.clock.every(milliseconds: 1) {
      let numbers = [UInt64](repeating: hits, count: 100)
      hits += 1 + numbers[99] - hits
    }
    guard let timer else { return "no timer" }
    var sum = 0
    let end = machine.clock.nanoseconds + 200_000_000
    while machine.clock.nanoseconds < end {
      let text = String(repeating: "x", count: 40)
      sum += [Int](repeating: text.utf8.count, count: 300).count
    }
    machine.clock.cancel(timer)
    guard sum > 0, hits >= 50 else { return "\(hits) ticks" }
    // The heap keeps a page or two for the next allocation.
    return MachineMemory.freePages + 8 >= before ? nil : "pages were lost"
  }
}
