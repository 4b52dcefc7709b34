import Addressing
import Boot
import Firmware
import Memblock
import PageAllocator
import Paging
import X86

/// The page below 1 MiB that the other processors start in; `nil` where there is none.
@safe nonisolated(unsafe) var trampolinePage: PhysicalAddress?

/// Starts the processors that ACPI names.
///
/// Each is reset and sent to the trampoline (Intel SDM, volume 3, section 11.4; Linux:
/// `do_boot_cpu`), one at a time, because all read their stack and number from the same words. Then
/// it sets itself up and waits until all have started.
enum ProcessorStart {
  /// How long a processor may take to start, in nanoseconds.
  private static let patience: UInt64 = 2_000_000_000

  /// The number of the last processor that has entered Swift code.
  @safe nonisolated(unsafe) private static var lastStarted = 0

  /// The area of the processor that is being started.
  @safe nonisolated(unsafe) private static var startingArea: ProcessorArea?

  /// The processors that the machine may have: what ACPI says, at least one.
  static var possibleCount: Int {
    var count = 0
    forEachNamed { _ in count += 1 }
    return Swift.max(1, count)
  }

  /// Starts all of them. On a machine with one processor nothing is done.
  ///
  /// - Parameter limit: How many may run: the command line's `maxcpus=`.
  static func run(limit: UInt64?) {
    reportTable()
    let possible = possibleCount
    guard possible > 1, limit ?? 2 > 1 else { return }
    guard let trampolinePage else {
      console.write("Processors: only one is used: no page below 1 MiB is free for the others\n")
      return
    }
    var highest: UInt32 = 0
    forEachNamed { highest = Swift.max(highest, $0) }
    if highest > 254 { LocalAPIC.wantsExtended = true }
    guard let local = InterruptControllers.start().local else {
      console.write("Processors: only one is used: it has no local APIC\n")
      return
    }
    prepare(trampolinePage)
    let limit = Swift.min(limit ?? .max, UInt64(possible))
    let candidates = self.candidates(besides: local, limit: limit)
    guard let area = ProcessorArea(number: 0, stacks: nil) else { return }
    area.enter()
    var processors = [
      Processor(number: 0, apicID: local.id, stacks: nil, area: area)
    ]
    for id in candidates { local.send(.reset, to: id) }
    wait(nanoseconds: 10_000_000) { false }
    for id in candidates {
      guard let started = start(id, number: processors.count, by: local, in: trampolinePage) else {
        continue
      }
      processors.append(started)
    }
    setState(PROCESSOR_NONE)
    report(count: processors.count, candidates: candidates.count + 1)
    guard processors.count > 1 else { return }
    open(ProcessorSet(processors))
  }

  /// Lets all that have come go on.
  private static func open(_ set: ProcessorSet) {
    interruptVectors?[Int(InterruptVector.flush)].setHandler { _ in Shootdown.serve() }
    processorSet = set
    for processor in set.processors where processor.number > 0 { processor.wake() }
    enableInterrupts()
  }

  private static func report(count: Int, candidates: Int) {
    console.write("Processors: ")
    console.write(decimal: UInt64(count))
    console.write(" of ")
    console.write(decimal: UInt64(candidates))
    console.write(" run\n")
  }

  /// The local APICs of processors that can be started, each once.
  private static func candidates(besides local: LocalAPIC, limit: UInt64) -> [UInt32] {
    var found: [UInt32] = []
    let own = local.id
    var left: UInt64 = 0
    forEachNamed { id in
      guard id != own, !found.contains(id) else { return }
      if UInt64(found.count + 1) < limit, id < 255 || local.isExtended {
        found.append(id)
      } else {
        left += 1
      }
    }
    if left > 0 {
      console.write("Processors: ")
      console.write(decimal: left)
      console.write(" are left alone\n")
    }
    return found
  }

  /// The processors that the MADT says can be started. It may name one twice.
  private static func forEachNamed(_ body: (UInt32) -> Void) {
    withACPITable("APIC") { bytes in
      guard let table = try? ACPIInterruptTable(reading: bytes) else { return }
      table.forEach { entry in
        guard case .processor(let processor) = entry, processor.isEnabled else { return }
        body(processor.apicID)
      }
    }
  }

  /// Says what of the MADT can't be read. What comes before it is used.
  private static func reportTable() {
    withACPITable("APIC") { bytes in
      guard let table = try? ACPIInterruptTable(reading: bytes), let fault = table.firstFault
      else { return }
      console.write("interrupts: the MADT's entry at byte ")
      console.write(decimal: UInt64(fault.offset))
      console.write(
        fault.endsTable
          ? " reaches beyond the table; it and what follows it are not used\n"
          : " is too short for its kind; it is not used\n")
    }
  }

  /// Puts the trampoline into its page, and what is the same for all where they find it.
  private static func prepare(_ page: PhysicalAddress) {
    let code = AddressRange(
      from: PhysicalAddress(trampoline_start_address()),
      to: PhysicalAddress(trampoline_end_address()))
    kernelWindow.copy(code, to: page)
    writeWord(readControlRegister3(), toAddress: processor_start_cr3_address())
    writeWord(readControlRegister4(), toAddress: processor_start_cr4_address())
    interruptVectors?[Int(InterruptVector.wake)].setHandler { _ in }
  }

  private static func setState(_ state: Int32) {
    _ = exchangeWord(UInt64(UInt32(bitPattern: state)), atAddress: processor_start_state_address())
  }

  private static func start(
    _ id: UInt32, number: Int, by local: LocalAPIC, in page: PhysicalAddress
  ) -> Processor? {
    guard let stacks = try? ProcessorStacks.make(),
      let area = ProcessorArea(number: number, stacks: stacks)
    else {
      console.write("Processors: no memory for one more\n")
      return nil
    }
    let processor = Processor(number: number, apicID: id, stacks: stacks, area: area)
    startingArea = area
    writeWord(stacks.mainTop.value, toAddress: processor_start_stack_address())
    writeWord(UInt64(number), toAddress: processor_start_number_address())
    setState(PROCESSOR_EXPECTED)
    let hasCome = { lastStarted == number }
    // The first may be lost on old processors, and the second is ignored by one that has started.
    for wait in [UInt64(10_000_000), patience] {
      local.send(.startUp(page: page), to: id)
      if Self.wait(nanoseconds: wait, until: hasCome) { return processor }
    }
    // One that starts late after all finds this state, and halts.
    local.send(.reset, to: id)
    setState(PROCESSOR_NONE)
    console.write("Processors: the one with the local APIC ")
    console.write(decimal: UInt64(id))
    console.write(" does not start; the firmware's table may be wrong\n")
    return nil
  }

  /// Waits, but no longer than until `condition` holds.
  ///
  /// - Returns: whether it does.
  @discardableResult
  private static func wait(nanoseconds: UInt64, until condition: () -> Bool) -> Bool {
    let end = TimeStampClock.nanoseconds + nanoseconds
    while TimeStampClock.nanoseconds < end {
      if condition() { return true }
      pauseProcessor()
    }
    return condition()
  }

  /// The first Swift of a processor that is being started, and its last: it does what it is given.
  fileprivate static func enter(_ number: Int) -> Never {
    guard let area = startingArea else { panic("a processor started that nobody waited for") }
    area.loadDescriptors()
    area.enter()
    if ProcessorFeatures.hasPageAttributes {
      writeModelSpecificRegister(0x277, CacheMode.attributeTable)
    }
    MachineCheck.enable()
    interruptControllers?.local?.startOnOtherProcessor()
    lastStarted = number
    while processorSet == nil { Idle.wait(); _ = disableInterrupts() }
    enableInterrupts()
    processorSet?.processors[number].serve { false }
    panic("a processor has left its work loop")
  }
}

/// Called by Boot/processors.S.
@c(processor_started)
func processorStarted(_ number: UInt64) -> Never {
  ProcessorStart.enter(Int(truncatingIfNeeded: number))
}
