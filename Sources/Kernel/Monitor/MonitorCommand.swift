import Addressing

/// The monitor's commands, in the order in which `help` lists them.
enum MonitorCommand: Int {
  case help, memmap, memblock, nodes, zoneinfo, buddyinfo, distances, heap, processors, interrupts
  case timings, picture, walk, dump, alloc, free, fault, date, log, poweroff, reboot, exit

  /// The number of commands.
  static var count: Int { exit.rawValue + 1 }

  /// What is typed.
  var name: String {
    switch self {
    case .help: "help"
    case .memmap: "memmap"
    case .memblock: "memblock"
    case .nodes: "nodes"
    case .zoneinfo: "zoneinfo"
    case .buddyinfo: "buddyinfo"
    case .distances: "distances"
    case .heap: "heap"
    case .processors: "processors"
    case .interrupts: "interrupts"
    case .timings: "timings"
    case .picture: "picture"
    case .walk: "walk"
    case .dump: "dump"
    case .alloc: "alloc"
    case .free: "free"
    case .fault: "fault"
    case .date: "date"
    case .log: "log"
    case .poweroff: "poweroff"
    case .reboot: "reboot"
    case .exit: "exit"
    }
  }

  /// What is typed behind it.
  var operands: String {
    switch self {
    case .walk: "ADDRESS"
    case .dump: "ADDRESS [COUNT]"
    case .alloc: "ORDER"
    case .free: "FRAME ORDER"
    case .fault: "KIND"
    default: ""
    }
  }

  /// What it does, for `help`.
  var purpose: String {
    switch self {
    case .help: "this list; the tabulator completes a name"
    case .memmap: "the firmware's memory map, as the kernel corrected it"
    case .memblock: "memblock's tables at the hand-over"
    case .nodes: "the nodes and their memory"
    case .zoneinfo: "the zones and their frames"
    case .buddyinfo: "free blocks by node, zone and order"
    case .distances: "how far the nodes are from each other"
    case .heap: "what the Swift heap has taken"
    case .processors: "the processors, and what each does"
    case .interrupts: "how often each vector was raised"
    case .timings: "when the boot's steps began"
    case .picture: "memory by its use, drawn on the framebuffer"
    case .walk: "the page table entries for a virtual address"
    case .dump: "bytes at a virtual address"
    case .alloc: "allocate a block of pages"
    case .free: "free a block of pages"
    case .fault: "read, write, execute, divide, stack or panic, on purpose"
    case .date: "what the machine's clock shows"
    case .log: "everything printed so far, again"
    case .poweroff: "switch the machine off"
    case .reboot: "restart the machine"
    case .exit: "end the machine, with success"
    }
  }

  /// The command whose name the bytes are.
  init?(_ name: RawSpan) {
    for value in 0..<Self.count {
      guard let command = MonitorCommand(rawValue: value) else { return nil }
      if name.isEqual(to: command.name) {
        self = command
        return
      }
    }
    return nil
  }

  /// Writes a line for each command.
  static func writeHelp() {
    for value in 0..<count {
      guard let command = MonitorCommand(rawValue: value) else { return }
      let width = command.name.utf8Span.count + 1 + command.operands.utf8Span.count
      console.write(command.name)
      console.write(" ")
      console.write(command.operands)
      for _ in width..<22 { console.write(" ") }
      console.write(command.purpose)
      console.write("\n")
    }
  }
}
