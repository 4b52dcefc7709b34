import Addressing
import Kernel
import X86

/// One kernel after another, each started by the last: `test=next-kernel` runs in each of them, and the
/// last ends the machine. The module `next` is the kernel that is started.
///
///     kernel 0   preserves `first`, `block`, `scattered`, fills reserve_mem=…:keep, starts
///     kernel 1   finds them as they were, uses all memory, releases `first`, preserves the others and
///                `second`, starts
///     kernel 2   finds them as they were, uses all memory, releases all
enum NextKernelTests {
  /// How many ranges have the name `scattered`: more than memblock's first tables have regions.
  private static let scatteredCount = 300

  static func run(in tests: inout TestRun, _ machine: BootedMachine) {
    let generation = machine.lastKernel?.generation ?? 0
    print("Kernel \(generation) of the chain runs, on \(machine.processors.count) processors")
    if generation > 0 {
      tests.run("what was preserved is found, byte for byte") { check(machine, generation) }
      tests.run("its processors had stopped") { checkTime(machine) }
      tests.run("the last kernel's tables are found") { checkTables(machine) }
    }
    tests.run("all other memory is used") { useMemory(machine) }
    if generation > 0 {
      tests.run("what was preserved is still as it was") { check(machine, generation) }
    }
    if generation == 2 {
      tests.run("what is released is free") { release(machine) }
      return
    }
    tests.run("memory is preserved for the next kernel") { preserve(machine, generation) }
    tests.run("what can't be preserved is refused") { refuse(machine) }
    tests.run("memory that is preserved is not given away") { useMemory(machine) }
    tests.run("an image that can't be started is refused") { refuseImages(machine) }
    let hasFailed = tests.hasFailed
    tests.run("the next kernel starts") {
      if hasFailed { return "something before has failed" }
      guard let image = machine.modules.first(where: { $0.name == "next" }) else {
        return "no module"
      }
      do throws(NextKernelError) {
        print("it is started")
        if let reason = interrupt(machine) { return reason }
        try machine.nextKernel.start(image.range)
      } catch {
        return "it was refused: \(text(error))"
      }
    }
  }

  /// Leaves every processor with a timer that goes on, of which the next kernel must not hear; and another
  /// processor at work, which writes the time into a frame that is preserved.
  private static func interrupt(_ machine: BootedMachine) -> String? {
    guard let frame = try? machine.memory.pages.allocate(FrameRequest(order: 0)),
      (try? machine.nextKernel.preserve(frame..<frame + 1, named: "time")) != nil
    else { return "no frame" }
    kernelWindow.store(UInt64(0), at: frame.start)
    let ticks = Lock(0)
    machine.processors.runOnAll { number in
      machine.clock.every(milliseconds: 1) { ticks.withLock { $0 += 1 } }
      guard number == 1 else { return }
      machine.clock.after(milliseconds: 1) {
        while true { kernelWindow.store(readTimeStampCounter(), at: frame.start) }
      }
    }
    machine.clock.sleep(milliseconds: 5)
    return nil
  }

  /// Whether the last kernel's other processor was at work, and had stopped when this kernel began.
  private static func checkTime(_ machine: BootedMachine) -> String? {
    guard machine.processors.count > 1 else { return nil }
    guard let frame = machine.lastKernel?.preserved.first(where: { $0.name == "time" })?.range
    else {
      return "no time is preserved"
    }
    let begin = readTimeStampCounter()
    let start = machine.clock.nanoseconds
    machine.clock.sleep(milliseconds: 20)
    let end = readTimeStampCounter()
    // The counter when this kernel began, by its clock, which has counted from there.
    let rate = (end - begin) / ((machine.clock.nanoseconds - start) / 1000)
    let beginning = begin - start / 1000 * rate
    let last = kernelWindow.load(UInt64.self, at: frame.start)
    guard last > 0 else { return "it never worked" }
    // A hundredth of a second for what the clock is off.
    return last < beginning + 10_000 * rate ? nil : "it went on in this kernel's time"
  }

  // ---- What is preserved ----

  /// The byte at an offset of what has a name.
  private static func byte(_ name: String, _ offset: UInt64) -> UInt8 {
    var sum: UInt64 = 0
    for letter in name.utf8 { sum = sum &* 31 &+ UInt64(letter) }
    return UInt8(truncatingIfNeeded: (sum &+ offset) &* 0x9e37_79b9_7f4a_7c15 >> 40)
  }

  private static func fill(_ range: AddressRange, as name: String) {
    for offset in 0..<range.size {
      kernelWindow.store(byte(name, offset), at: range.start + offset)
    }
  }

  private static func holds(_ range: AddressRange, _ name: String) -> Bool {
    kernelWindow.withBytes(of: range) { bytes in
      for offset in bytes.byteOffsets
      where bytes[byteAt: offset] != byte(name, UInt64(offset)) { return false }
      return true
    }
  }

  private static func preserve(_ machine: BootedMachine, _ generation: UInt64) -> String? {
    let next = machine.nextKernel
    let pages = machine.memory.pages
    func preserve(_ frames: Range<PageFrameNumber>?, _ name: String) -> Bool {
      guard let frames else { return false }
      fill(AddressRange(from: frames.lowerBound.start, to: frames.upperBound.start), as: name)
      return (try? next.preserve(frames, named: name)) != nil
    }
    if let last = machine.lastKernel {
      guard last.release(named: "first") == 1000 else { return "1000 frames were not released" }
      for memory in last.preserved where memory.name != "first" && memory.name != "time" {
        guard let frames = memory.range.wholeFrames,
          (try? next.preserve(frames, named: memory.name)) != nil
        else { return "\(memory.name) is not preserved once more" }
      }
      return preserve(try? pages.allocate(count: 777), "second") ? nil : "second"
    }
    if let kept = machine.reservation(named: "keep") { fill(kept, as: "keep") }
    guard preserve(try? pages.allocate(count: 1000), "first") else { return "first" }
    guard let block = try? pages.allocateOwned(FrameRequest(order: 3)) else { return "no block" }
    fill(AddressRange(at: block.frame.start, size: 8 * 4096), as: "block")
    guard (try? next.preserve(block, named: "block")) != nil else { return "block" }
    // Every other frame, so that the ranges don't touch.
    guard let run = try? pages.allocate(count: UInt64(2 * scatteredCount)) else { return "no run" }
    for index in 0..<UInt64(scatteredCount) {
      let frame = run.lowerBound + 2 * index
      guard preserve(frame..<frame + 1, "scattered") else { return "scattered" }
    }
    return nil
  }

  private static func check(_ machine: BootedMachine, _ generation: UInt64) -> String? {
    guard let last = machine.lastKernel else { return "nothing was left" }
    var counts: [String: UInt64] = [:]
    for memory in last.preserved where memory.name != "time" {
      counts[memory.name, default: 0] += memory.range.size / 4096
      guard holds(memory.range, memory.name) else { return "\(memory.name) has changed" }
      guard let frames = memory.range.wholeFrames else { return "no whole frames" }
      // `first` has been released when this is asked once more.
      for index in 0..<frames.upperBound - frames.lowerBound
      where machine.memory.pages.state(of: frames.lowerBound + index) != .reserved {
        return "a frame of \(memory.name) is not reserved"
      }
    }
    var expected = ["block": 8, "scattered": UInt64(scatteredCount)]
    expected[generation == 1 ? "first" : "second"] = generation == 1 ? 1000 : 777
    guard counts == expected else { return "\(counts.count) names, or wrong sizes" }
    guard let kept = machine.reservation(named: "keep"), kept.size == 1_000_000 else {
      return "keep is not there"
    }
    let found = last.reservations
    guard found.count == 1, found[0].name == "keep", found[0].range == kept else {
      return "keep is elsewhere"
    }
    return holds(kept, "keep") ? nil : "keep has changed"
  }

  private static func checkTables(_ machine: BootedMachine) -> String? {
    guard let last = machine.lastKernel else { return "nothing was left" }
    let (memory, now) = (last.memory, machine.memblockTables.memory)
    guard memory == now else { return "another table of memory: \(memory.count), \(now.count)" }
    guard last.reserved.contains(where: { $0.range.contains(KernelImage.memory.start) }) else {
      return "the kernel's image was not reserved"
    }
    return nil
  }

  private static func release(_ machine: BootedMachine) -> String? {
    guard let last = machine.lastKernel else { return "nothing was left" }
    let before = machine.memory.free
    var released = last.release(named: "second")
    released += last.release(named: "block")
    released += last.release(named: "scattered")
    guard released == 777 + 8 + UInt64(scatteredCount) else { return "\(released) frames" }
    guard machine.memory.free >= before + (released - 64) * 4096 else { return "not all is free" }
    return useMemory(machine)
  }

  // ---- All other memory ----

  /// Allocates nearly all memory on all processors, fills it, and frees it.
  private static func useMemory(_ machine: BootedMachine) -> String? {
    let processors = machine.processors
    let pages = machine.memory.pages
    let share = machine.memory.free / 4096 / UInt64(processors.count) * 9 / 10
    let frames = Lock<UInt64>(0)
    processors.runOnAll { number in
      var chain = PhysicalAddress.zero
      var count: UInt64 = 0
      while count < share, let frame = try? pages.allocate(FrameRequest(order: 0)) {
        kernelWindow.fill(AddressRange(at: frame.start, size: 4096), with: UInt8(0x80 + number))
        kernelWindow.store(chain.value, at: frame.start)
        chain = frame.start
        count += 1
      }
      while chain != .zero {
        let frame = chain
        chain = PhysicalAddress(kernelWindow.load(UInt64.self, at: frame))
        try? pages.free(PageFrameNumber(containing: frame), order: 0)
      }
      frames.withLock { $0 += count }
      pages.drainCaches()
    }
    let used = frames.withLock { $0 }
    return used >= share * UInt64(processors.count) ? nil : "only \(used) frames"
  }

  // ---- Refusals ----

  private static func refuse(_ machine: BootedMachine) -> String? {
    let next = machine.nextKernel
    let pages = machine.memory.pages
    guard let frame = try? pages.allocate(FrameRequest(order: 0)) else { return "no frame" }
    func refusal(_ frames: Range<PageFrameNumber>, _ name: String) -> NextKernelError? {
      do throws(NextKernelError) {
        try next.preserve(frames, named: name)
        return nil
      } catch {
        return error
      }
    }
    guard case .invalidName = refusal(frame..<frame + 1, "") else { return "an empty name" }
    guard case .invalidName = refusal(frame..<frame + 1, "sixteen letters.") else {
      return "a long name"
    }
    guard case .notMemory = refusal(frame..<frame, "x") else { return "no frames" }
    let beyond = PageFrameNumber(1 << 35)
    guard case .notMemory = refusal(beyond..<beyond + 1, "x") else { return "no memory" }
    guard refusal(frame..<frame + 1, "for a moment") == nil else { return "one frame" }
    guard case .alreadyKept = refusal(frame..<frame + 1, "x") else { return "twice" }
    next.forget(named: "for a moment")
    guard (try? pages.free(frame, order: 0)) != nil else { return "the frame is not free again" }
    guard case .isFree = refusal(frame..<frame + 1, "x") else { return "a free frame" }
    guard let kept = machine.reservation(named: "keep") else { return "no reservation" }
    let first = PageFrameNumber(containing: kept.start)
    guard case .alreadyKept("keep") = refusal(first..<first + 1, "x") else {
      return "what reserve_mem= has"
    }
    return next.preserved.contains { $0.name == "x" } ? "x was preserved" : nil
  }

  private static func refuseImages(_ machine: BootedMachine) -> String? {
    let before = machine.memory.free
    let notELF = AddressRange(at: KernelImage.memory.start, size: 4096)
    do throws(NextKernelError) {
      try machine.nextKernel.start(notELF)
    } catch {
      guard case .image(.notELF) = error else { return "another error: \(text(error))" }
    }
    guard let image = machine.modules.first(where: { $0.name == "next" }) else { return nil }
    do throws(NextKernelError) {
      try machine.nextKernel.start(AddressRange(at: image.range.start, size: 5000))
    } catch {
      guard case .image(.cut) = error else { return "another error: \(text(error))" }
    }
    if machine.processors.count > 1 {
      let isRefused = Lock(false)
      machine.processors.run(on: 1) {
        do throws(NextKernelError) {
          try machine.nextKernel.start(image.range)
        } catch {
          if case .notBootProcessor = error { isRefused.withLock { $0 = true } }
        }
      }
      guard isRefused.withLock({ $0 }) else { return "started on another processor" }
    }
    if let reason = refusePlaces(machine, image.range) { return reason }
    // More text than the boot information has room for: everything was allocated by then.
    var line = ""
    for _ in 0..<7000 { line += "0123456789" }
    do throws(NextKernelError) {
      try machine.nextKernel.start(image.range, commandLine: line)
    } catch {
      guard case .tooLarge = error else { return "another error: \(text(error))" }
    }
    line = ""
    machine.memory.pages.drainCaches()
    let lost = before - Swift.min(before, machine.memory.free)
    return lost <= 1 << 20 ? nil : "\(lost) bytes are lost"
  }

  /// An image, all of whose segments but the first are to be put over what is preserved, or where nothing is.
  private static func refusePlaces(_ machine: BootedMachine, _ image: AddressRange) -> String? {
    let pages = machine.memory.pages
    guard let run = try? pages.allocate(count: image.size / 4096 + 1) else { return "no memory" }
    defer { try? pages.free(run) }
    let copy = AddressRange(at: run.lowerBound.start, size: image.size)
    // Behind all RAM; below 4 GiB, with room for an image.
    let end = Swift.min(machine.memory.window.range.end.value, 0xfc00_0000)
    // On a large machine all that is preserved is above 4 GiB.
    let kept = machine.nextKernel.preserved[0].range.start.value + 64
    for place in [kept, end - 4096] where place < end {
      kernelWindow.copy(image, to: copy.start)
      let table = kernelWindow.load(UInt64.self, at: copy.start + 32)
      for index in 1..<UInt64(kernelWindow.load(UInt16.self, at: copy.start + 56)) {
        kernelWindow.store(place, at: copy.start + table + 56 * index + 24)
      }
      do throws(NextKernelError) {
        try machine.nextKernel.start(copy)
      } catch {
        guard case .noPlace(let range) = error, range.start.value == place else {
          return "another error: \(text(error))"
        }
      }
    }
    return nil
  }

  private static func text(_ error: NextKernelError) -> String {
    switch error {
    case .invalidName: "name"
    case .notMemory: "no memory"
    case .isFree: "free"
    case .alreadyKept: "kept"
    case .image: "image"
    case .noPlace: "no place"
    case .noMemory: "memory"
    case .tooLarge: "too large"
    case .table: "table"
    case .notBootProcessor: "processor"
    }
  }
}
