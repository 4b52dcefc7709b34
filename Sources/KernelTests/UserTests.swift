import Addressing
import Kernel
import PageAllocator
import Paging
import X86

/// Programs in ring 3 and their address spaces.
enum UserTests {
  static func run(in tests: inout TestRun, _ machine: BootedMachine) {
    tests.run("the kernel's new mappings are seen in all address spaces") { following(machine) }
    // What the clocks say as they are started would stand in the middle of a test's line.
    if let timer = machine.clock.after(milliseconds: 1, {}) { machine.clock.cancel(timer) }
    tests.run("memory of a program's own comes back") { memory(machine) }
    tests.run("what is not a program's is refused") { refusals(machine) }
    tests.run("wild registers are no trouble") { registers(machine) }
    tests.run("every processor runs programs at once") { everywhere(machine) }
    tests.run("a timer takes the processor from programs") { preemption(machine) }
  }

  /// Where `MachineMemory.programArea` starts.
  private static var code: VirtualAddress { VirtualAddress(0x80_0000_0000) }

  /// An address space with a program, and its registers as it starts.
  private static func load(
    _ program: [UInt8]
  ) throws(MappingError) -> (space: UserSpace, context: UserContext) {
    let space = try UserSpace()
    try space.allocate(code, size: 4096, permissions: .readExecute)
    try space.write(program.span.raw, at: code)
    return (space, UserContext(entry: code, stack: code))
  }

  /// On a machine where nothing was mapped yet the first mapping makes an entry of 512 GiB, and the end
  /// of the last one takes it away.
  private static func following(_ machine: BootedMachine) -> String? {
    // What the first address space brings about stays.
    _ = try? UserSpace()
    machine.memory.pages.drainCaches()
    let before = MachineMemory.freePages
    do throws(MappingError) {
      let first = try UserSpace()
      let second = try UserSpace()
      let mapped = try MappedMemory(size: 4096)
      let address = mapped.address
      let third = try UserSpace()
      let wanted = machine.memory.translate(address)
      for space in [first, second, third] where space.translate(address) != wanted {
        return "a mapping is missing in an address space"
      }
      _ = consume mapped
      for space in [first, second, third] where space.translate(address) != nil {
        return "a mapping stays in an address space"
      }
    } catch {
      return "no memory"
    }
    machine.memory.pages.drainCaches()
    return MachineMemory.freePages == before ? nil : "pages were lost"
  }

  private static func memory(_ machine: BootedMachine) -> String? {
    machine.memory.pages.drainCaches()
    let before = MachineMemory.freePages
    do throws(MappingError) {
      let space = try UserSpace()
      let other = try UserSpace()
      try space.allocate(code, size: 3 * 4096, permissions: .readWrite)
      try other.allocate(code, size: 4096, permissions: .readWrite)
      let bytes = [UInt8](repeating: 7, count: 5000)
      try space.write(bytes.span.raw, at: code + 4090)
      guard space.read(5002, at: code + 4089) == [0] + bytes + [0] else { return "other bytes" }
      guard other.read(4096, at: code) == [UInt8](repeating: 0, count: 4096) else {
        return "another program's memory"
      }
      guard space.translate(code)?.permissions == PagePermissions(write: true, user: true) else {
        return "other permissions"
      }
      // So many that an object that stays of each would take pages.
      for _ in 0..<500 {
        let next = try UserSpace()
        try next.allocate(code, size: 4096, permissions: .read)
      }
      try space.free(code + 4096, size: 4096)
      guard space.read(1, at: code + 4096) == nil, space.read(1, at: code + 8192) != nil else {
        return "another page was freed"
      }
    } catch {
      return "no memory"
    }
    machine.memory.pages.drainCaches()
    return MachineMemory.freePages == before ? nil : "pages were lost"
  }

  private static func refusals(_ machine: BootedMachine) -> String? {
    guard let space = try? UserSpace() else { return "no memory" }
    do throws(MappingError) {
      try space.allocate(code + 4096, size: 4096, permissions: .read)
      try space.allocate(code, size: 3 * 4096, permissions: .read)
      return "a page was mapped twice"
    } catch {
      guard case .paging(.alreadyMapped(let place)) = error, place == code + 4096 else {
        return "another page is in the way"
      }
    }
    guard space.translate(code) == nil else { return "a part was mapped" }
    for place in [VirtualAddress(0), KernelImage.highAddress(of: KernelImage.text.start)] {
      guard space.read(1, at: place) == nil else { return "the kernel's memory was read" }
      do throws(MappingError) {
        try space.write([UInt8(0)].span.raw, at: place)
        return "the kernel's memory was written"
      } catch {
        guard case .paging(.notMapped(place)) = error else { return "another error" }
      }
      do throws(MappingError) {
        try space.allocate(place, size: 4096, permissions: .readWrite)
        return "the kernel's own was mapped over"
      } catch {
        guard case .isKernels = error else { return "another error" }
      }
    }
    guard space.read(2, at: VirtualAddress(.max)) == nil else { return "beyond the last address" }
    return nil
  }

  /// The program is `int $0x80`, again and again.
  private static func registers(_ machine: BootedMachine) -> String? {
    guard case (let space, var context)? = try? load([0xcd, 0x80, 0xeb, 0xfc]) else {
      return "no memory"
    }
    context.frame.stackPointer = 0xdead_0000_0000_0001
    context.frame.rdi = 77
    guard case .systemCall = space.run(&context), context.frame.rdi == 77,
      context.frame.stackPointer == 0xdead_0000_0000_0001,
      context.frame.instructionPointer == code.value + 2
    else { return "another end" }
    context.frame.instructionPointer = 1 << 47
    guard case .fault(let away) = space.run(&context), away.vector == 13 else {
      return "an address that is none was gone to"
    }
    // Single steps, which the flags ask for, end the run behind the first instruction; what only ring 0
    // may set is not set.
    context.frame.instructionPointer = code.value + 2
    context.frame.flags = .max
    guard case .fault(let step) = space.run(&context), step.vector == 1,
      step.instruction == code, context.frame.flags & 0x1_3200 == 0x200
    else { return "no single step" }
    context.frame.flags = 0
    guard case .systemCall = space.run(&context) else { return "interrupts stayed off" }
    return nil
  }

  private static func everywhere(_ machine: BootedMachine) -> String? {
    let right = Lock(0)
    func round() {
      machine.processors.runOnAll { _ in
        for _ in 0..<10 {
          guard case (let space, var context)? = try? load([0xcd, 0x80, 0xeb, 0xfc]) else {
            continue
          }
          for _ in 0..<20 {
            if case .systemCall = space.run(&context) { right.withLock { $0 += 1 } }
          }
        }
      }
    }
    round()
    machine.memory.pages.drainCaches()
    let before = MachineMemory.freePages
    round()
    machine.memory.pages.drainCaches()
    guard right.withLock({ $0 }) == 400 * machine.processors.count else { return "a call was lost" }
    return MachineMemory.freePages == before ? nil : "pages were lost"
  }

  /// Each counts %ecx down to 0 and then asks; meanwhile the others do.
  private static func preemption(_ machine: BootedMachine) -> String? {
    let count = 2 * machine.processors.count
    let ends = Lock(0)
    let turns = Lock(0)
    let waiting = Lock<[KernelThread]>([])
    for number in 0..<count {
      let thread = try? KernelThread {
        // mov $20000000, %ecx; dec %ecx; jnz; int $0x80
        let program: [UInt8] = [0xb9, 0x00, 0x2d, 0x31, 0x01, 0xff, 0xc9, 0x75, 0xfc, 0xcd, 0x80]
        guard case (let space, var context)? = try? load(program) else { return }
        context.frame.rdi = UInt64(number)
        guard case .systemCall = space.run(&context), context.frame.rcx == 0,
          context.frame.rdi == UInt64(number)
        else { return }
        ends.withLock { $0 += 1 }
      }
      guard let thread else { return "no room for a thread" }
      waiting.withLock { $0.append(thread) }
    }
    machine.processors.runOnAll { _ in
      let timer = machine.clock.every(milliseconds: 2) { KernelThread.yield() }
      while let thread = waiting.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
        thread.run()
        turns.withLock { $0 += 1 }
        if !thread.isDone { waiting.withLock { $0.append(thread) } }
      }
      if let timer { machine.clock.cancel(timer) }
    }
    guard ends.withLock({ $0 }) == count else { return "a program did not come to its end" }
    return turns.withLock { $0 } > count ? nil : "no program was interrupted"
  }
}
