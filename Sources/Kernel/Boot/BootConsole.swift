import Addressing
import Console
import X86

/// The processor's real I/O ports.
struct ProcessorPorts: PortAccess {
  func read(_ port: UInt16) -> UInt8 { inputByte(fromPort: port) }
  func write(_ byte: UInt8, to port: UInt16) { outputByte(byte, toPort: port) }
}

/// All the places that the kernel's words go to: the serial port, the screen where there is
/// one, and a log in memory.
package struct BootConsole: TextSink {
  private var serial: SerialPort<ProcessorPorts>?
  private var text: TextScreen?
  private var picture: FramebufferScreen?
  private var log: RingLog?

  /// The first step of the boot: from here on the kernel can be heard.
  mutating func start(loggingThrough window: PhysicalMemoryWindow) {
    startSerialPort()
    log = RingLog(in: KernelImage.earlyLog, through: window)
  }

  /// Sets up the serial port, if that has not been done yet.
  mutating func startSerialPort() {
    if serial == nil { serial = SerialPort(at: 0x3f8, ports: ProcessorPorts()) }
  }

  /// Whether the console is shown on a screen.
  var hasScreen: Bool { text != nil || picture != nil }

  /// Shows the console on a text screen too, with all that is in the log.
  mutating func show(on screen: TextScreen) {
    var screen = screen
    log?.replay(to: &screen)
    text = screen
  }

  /// Shows the console in a framebuffer too, with all that is in the log.
  mutating func show(on screen: FramebufferScreen) {
    var screen = screen
    log?.replay(to: &screen)
    picture = screen
  }

  /// Writes to the serial port alone from now on.
  mutating func keepToSerialPort() {
    text = nil
    picture = nil
    log = nil
  }

  /// Goes on logging in `memory`, with all that was logged so far.
  mutating func moveLog(to memory: AddressRange, through window: PhysicalMemoryWindow) {
    var larger = RingLog(in: memory, through: window)
    log?.replay(to: &larger)
    log = larger
  }

  /// Never inlined: it would be, wherever a character is written, and that is everywhere.
  @inline(never)
  package mutating func write(_ byte: UInt8) {
    if let processorSet { processorSet.write(byte, to: &self) } else { emit(byte) }
  }

  /// Writes a byte now, on whichever processor this is.
  @inline(never)
  mutating func emit(_ byte: UInt8) {
    serial?.write(byte)
    text?.write(byte)
    picture?.write(byte)
    log?.write(byte)
  }

  /// Writes a range of physical memory as Linux does: `[mem 0x…-0x…]`, the end inclusive.
  package mutating func write(memory range: AddressRange) {
    write("[mem ")
    write(hex: range.start.value, digits: 16)
    write("-")
    write(hex: range.end.value &- 1, digits: 16)
    write("]")
  }

  /// The next byte that was typed at the serial port; `nil` where there is none yet.
  mutating func read() -> UInt8? { serial?.read() }

  /// Writes the whole log again, between two lines that say so. It is not logged once more.
  mutating func replayLog() {
    guard let log else { return }
    write("---- log, ")
    write(decimal: log.lost)
    write(" bytes lost before ----\n")
    self.log = nil
    log.replay(to: &self)
    self.log = log
    write("---- end of log ----\n")
  }
}
