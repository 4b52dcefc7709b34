import Addressing
import Console
import Firmware
import Heap
import PageAllocator
import X86

extension BootedMachine {
  /// Stays up and takes commands, where the command line has the option `monitor`; returns where it
  /// does not.
  public func runMonitorIfAsked() {
    guard information.hasOption(KernelOptions.monitor) else { return }
    var monitor = Monitor(canvas: screen?.canvas)
    monitor.run()
  }
}

/// The kernel at a terminal: it stays up, shows its memory, and does things to it.
///
/// Keys come from the serial port and the keyboard.
struct Monitor {
  private var editor = LineEditor()
  private var serialKeys = SerialKeyDecoder()
  private let controller = PS2Controller(ports: ProcessorPorts())
  private var keyboard = PS2KeyDecoder()

  /// Where to draw; `nil` where there is no framebuffer.
  let canvas: Canvas?

  /// A monitor that draws on that canvas.
  init(canvas: Canvas?) { self.canvas = canvas }

  /// Takes commands until one ends the machine.
  mutating func run() -> Never {
    console.write("Up. Type help, or exit to leave (Ctrl-A X ends QEMU itself).\n")
    while true {
      console.write("> ")
      readLine()
      let (command, words) = editor.withLine { line in
        let words = CommandWords(of: line)
        return (MonitorCommand(line.extracting(words[0])), words)
      }
      guard words.count > 0 else { continue }
      if let command {
        run(command, words)
      } else {
        refuseLine()
      }
    }
  }

  /// Reads what is typed up to the end of the line, and echoes it.
  private mutating func readLine() {
    while true {
      guard let key = readKey() else {
        pauseProcessor()
        continue
      }
      if key == .tab {
        complete()
      } else if editor.take(key, echo: &console) {
        return
      }
    }
  }

  /// Completes the name of a command, or lists those that begin so.
  private mutating func complete() {
    func name(_ value: Int) -> String { MonitorCommand(rawValue: value)?.name ?? "" }
    let count = MonitorCommand.count
    guard editor.complete(among: count, word: name, echo: &console) == .ambiguous else { return }
    console.write("\n")
    for value in 0..<count where editor.isPrefix(of: name(value)) {
      console.write("  ")
      console.write(name(value))
    }
    console.write("\n> ")
    editor.reshow(&console)
  }

  /// The next key of the serial terminal or the keyboard; `nil` where there is none yet.
  mutating func readKey() -> ConsoleKey? {
    if let byte = console.read() { return serialKeys.key(for: byte) }
    guard let byte = controller.read(), let event = keyboard.event(for: byte), event.isPressed
    else { return nil }
    return event.key
  }

  private func refuseLine() {
    console.write("no such command: ")
    editor.withLine { console.write(utf8: $0) }
    console.write("; help lists them\n")
  }

  /// The number that a word of the line is.
  func number(_ index: Int, of words: CommandWords) -> UInt64? {
    editor.withLine { words.number(index, of: $0) }
  }

  /// Whether a word of the line is `text`.
  func word(_ index: Int, of words: CommandWords, is text: String) -> Bool {
    editor.withLine { $0.extracting(words[index]).isEqual(to: text) }
  }

  private mutating func run(_ command: MonitorCommand, _ words: CommandWords) {
    switch command {
    case .help: MonitorCommand.writeHelp()
    case .memmap: memoryMap.write(source: "map", to: &console)
    case .memblock: writeMemblock()
    case .nodes: writeNodes()
    case .zoneinfo: pages?.writeZoneInfo(to: &console)
    case .buddyinfo: pages?.writeBuddyInfo(to: &console)
    case .distances: writeDistances()
    case .heap: heap?.statistics.write(to: &console)
    case .processors: writeProcessors()
    case .interrupts: writeInterrupts()
    case .timings: BootStep.writeTimes()
    case .picture: drawPicture()
    case .walk: walk(words)
    case .dump: dump(words)
    case .alloc: allocate(words)
    case .free: free(words)
    case .fault: fault(words)
    case .date: writeDate()
    case .log: console.replayLog()
    case .poweroff: Power().off()
    case .reboot: Power().reset()
    case .exit: exitMachine(.success)
    }
  }

  /// Prints the usage of a command.
  func explain(_ command: MonitorCommand) {
    console.write("usage: ")
    console.write(command.name)
    console.write(" ")
    console.write(command.operands)
    console.write("; numbers are decimal, or hexadecimal after 0x\n")
  }
}
