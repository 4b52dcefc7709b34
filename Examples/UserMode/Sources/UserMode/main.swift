import Kernel

// Programs in ring 3, one after the other. Whatever one of them does, the kernel goes on.
boot { machine in
  // What the first program and the first timer bring about stays: the count starts behind it.
  _ = try? run(Program.all[0], on: machine)
  let ticks = Lock(0)
  let timer = machine.clock.every(milliseconds: 5) { ticks.withLock { $0 += 1 } }
  machine.memory.pages.drainCaches()
  let before = machine.memory.free

  for program in Program.all {
    do throws(MappingError) {
      print("\(program.name): \(try run(program, on: machine))")
    } catch {
      print("\(program.name): there is no memory for it")
    }
  }

  machine.memory.pages.drainCaches()
  let lost = Int(before) - Int(machine.memory.free)
  print("UserMode: \(ticks.withLock { $0 }) ticks came meanwhile, \(lost / 4096) pages lost")
  if let timer { machine.clock.cancel(timer) }
  guard lost == 0 else { fatalError("pages were lost") }
}

/// Runs a program in an address space of its own, which is gone afterwards.
///
/// - Returns: how it ended.
func run(_ program: Program, on machine: BootedMachine) throws(MappingError) -> String {
  let page: UInt64 = 4096
  let code = VirtualAddress(0x80_0000_0000)
  let stack = code + 16 * page
  let space = try UserSpace()
  try space.allocate(code, size: page, permissions: .readExecute)
  try space.allocate(stack, size: page, permissions: .readWrite)
  try program.load(into: space, at: code, from: machine.memory)

  var context = UserContext(entry: code, stack: stack + page)
  while true {
    switch space.run(&context) {
    case .systemCall:
      switch context.frame.rax {
      case 0: return "ended with \(Int64(bitPattern: context.frame.rdi))"
      case 1: context.frame.rax = write(context.frame.rsi, at: context.frame.rdi, of: space)
      default: return "ended: there is no system call \(context.frame.rax)"
      }
    case .fault(let fault):
      let place = fault.instruction - code
      let address = fault.address.map { " about 0x\(String($0.value, radix: 16))" } ?? ""
      return "ended by \(fault.name)\(address), at its byte \(place)"
    }
  }
}

/// The system call that prints: nothing that the program says is taken on trust.
func write(_ count: UInt64, at address: UInt64, of space: UserSpace) -> UInt64 {
  guard count <= 4096, let bytes = space.read(Int(count), at: VirtualAddress(address)) else {
    return .max
  }
  print("  \"\(String(decoding: bytes, as: UTF8.self))\"")
  return count
}
