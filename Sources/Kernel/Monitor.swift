import Addressing
import Console
import Firmware
import Heap
import PageAllocator
import X86

/// The kernel at a terminal: it stays up and answers a few questions about its memory.
struct Monitor {
  private var editor = LineEditor()
  private var serialKeys = SerialKeyDecoder()
  private let controller = PS2Controller(ports: ProcessorPorts())
  private var keyboard = PS2KeyDecoder()

  /// A command and what it is good for.
  private static var help: String {
    """
    buddyinfo  free blocks by node, zone and order
    zoneinfo   the zones and their frames
    distances  how far the nodes are from each other
    heap       what the Swift heap has taken
    date       what the machine's clock shows
    log        everything printed so far, again
    exit       end the machine, with success

    """
  }

  /// Takes commands until one ends the machine.
  mutating func run() -> Never {
    console.write("Up. Type help, or exit to leave (Ctrl-A X ends QEMU itself).\n")
    while true {
      console.write("> ")
      readLine()
      editor.withLine { answer($0) }
    }
  }

  /// Reads what is typed up to the end of the line, and echoes it.
  private mutating func readLine() {
    while true {
      guard let key = readKey() else {
        pauseProcessor()
        continue
      }
      if editor.take(key, echo: &console) { return }
    }
  }

  /// The next key of the serial terminal or the keyboard; `nil` where there is none yet.
  private mutating func readKey() -> ConsoleKey? {
    if let byte = console.read() { return serialKeys.key(for: byte) }
    guard let byte = controller.read(), let event = keyboard.event(for: byte), event.isPressed
    else { return nil }
    return event.key
  }

  /// Prints what the machine's clock shows.
  private func writeDate() {
    let ports = ProcessorPorts()
    let time = RealTimeClock.read { register in
      ports.write(register, to: 0x70)
      return ports.read(0x71)
    }
    guard let time else {
      console.write("the machine's clock shows no time\n")
      return
    }
    console.write(decimal: UInt64(time.year))
    let parts: InlineArray<5, (separator: UInt8, number: Int)> = [
      (UInt8(ascii: "-"), time.month), (UInt8(ascii: "-"), time.day),
      (UInt8(ascii: " "), time.hour), (UInt8(ascii: ":"), time.minute),
      (UInt8(ascii: ":"), time.second),
    ]
    for index in parts.indices {
      console.write(parts[index].separator)
      if parts[index].number < 10 { console.write("0") }
      console.write(decimal: UInt64(parts[index].number))
    }
    console.write("\n")
  }

  private func answer(_ command: RawSpan) {
    if command.isEmpty { return }
    if command.isEqual(to: "help") {
      console.write(Self.help)
    } else if command.isEqual(to: "buddyinfo") {
      pages?.writeBuddyInfo(to: &console)
    } else if command.isEqual(to: "zoneinfo") {
      pages?.writeZoneInfo(to: &console)
    } else if command.isEqual(to: "distances") {
      writeDistances()
    } else if command.isEqual(to: "heap") {
      heap?.statistics.write(to: &console)
    } else if command.isEqual(to: "date") {
      writeDate()
    } else if command.isEqual(to: "log") {
      console.replayLog()
    } else if command.isEqual(to: "exit") {
      exitMachine(.success)
    } else {
      console.write("no such command: ")
      console.write(utf8: command)
      console.write("; help lists them\n")
    }
  }

  /// A line for each node with its distance to every node, as in the files `distance` under
  /// Linux's `/sys/devices/system/node`.
  private func writeDistances() {
    var next = topology.possibleNodes.first
    while let from = next {
      console.write("Node ")
      console.write(decimal: UInt64(from.value))
      console.write(" distances:")
      var to = topology.possibleNodes.first
      while let node = to {
        console.write(" ")
        console.write(decimal: UInt64(topology.distance(from: from, to: node)))
        to = topology.possibleNodes.next(after: node)
      }
      console.write("\n")
      next = topology.possibleNodes.next(after: from)
    }
  }
}
