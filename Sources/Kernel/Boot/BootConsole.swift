import Addressing
import Console
import X86

/// The processor's real I/O ports.
struct ProcessorPorts: PortAccess {
  func read(_ port: UInt16) -> UInt8 { inputByte(fromPort: port) }
  func write(_ byte: UInt8, to port: UInt16) { outputByte(byte, toPort: port) }
}

/// How much a line of the console matters; the numbers are Linux's.
public enum ConsoleLevel: UInt8, Sendable {
  /// Something does not work.
  case error = 3
  /// Something is not as it should be.
  case warning = 4
  /// What everybody should see: the boot's steps.
  case notice = 5
  /// What the boot tells of the machine.
  case info = 6
  /// What is of use to whoever looks for a fault.
  case debug = 7
}

/// Everything the console writes to: the serial port, the screen where there is
/// one, and a log in memory.
package struct BootConsole: TextSink {
  private var serial: SerialPort<ProcessorPorts>?
  private var serialIsStuck = false
  private var text: TextScreen?
  private var picture: FramebufferScreen?

  /// Whether the framebuffer shows what was written only as `updateScreen` is called: during the boot,
  /// in which most of what is printed has scrolled away when the next step begins.
  private var isScreenHeld = true
  private var log: RingLog?

  /// The level of what is written: the boot's during the boot, then none: a program's own words, and
  /// last words, are always shown.
  var level: ConsoleLevel? = .info

  /// Levels below it are shown; the log has all of them.
  private var shownLevels: UInt8 = 8

  /// The first step of the boot: from here on the kernel can be heard.
  mutating func start(loggingThrough window: PhysicalMemoryWindow) {
    log = RingLog(in: KernelImage.earlyLog, through: window)
    startSerialPort()
    if serial == nil { write("serial port: none at 0x3f8; screen and log have what is said\n") }
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
    screen.isHeld = true
    log?.replay(to: &screen)
    screen.update()
    screen.isHeld = isScreenHeld
    picture = screen
  }

  /// Draws what the framebuffer does not show yet.
  func updateScreen() { picture?.update() }

  /// Draws what the framebuffer does not show yet, and from now on each character as it is written.
  mutating func drawAtOnce() {
    isScreenHeld = false
    picture?.isHeld = false
    updateScreen()
  }

  /// Before a kernel's last report: shows all lines, whatever their level. Where the screen is not known
  /// yet, they are written to a PC's text screen; on a machine without one that has no effect.
  mutating func insistOnScreen(through window: PhysicalMemoryWindow) {
    level = nil
    drawAtOnce()
    guard !hasScreen,
      let format = ScreenFormat(
        start: PhysicalAddress(0xb_8000), pitch: 160, width: 80, height: 25, unitSize: 2),
      let screen = TextScreen(format, through: window)
    else { return }
    show(on: screen)
  }

  /// Writes on no screen from now on: the one that was used turned out to be none.
  mutating func leaveScreen() {
    text = nil
    picture = nil
  }

  /// Gives the framebuffer away, to be drawn on: what is written from now on does not show there.
  ///
  /// - Returns: The text on it, to be given back.
  mutating func releaseFramebuffer() -> FramebufferScreen? {
    let screen = picture
    picture = nil
    return screen
  }

  /// Shows the text again that was on the framebuffer.
  mutating func takeBack(_ screen: FramebufferScreen?) {
    screen?.redraw()
    picture = screen
  }

  /// Writes to the serial port alone from now on.
  mutating func keepToSerialPort() {
    text = nil
    picture = nil
    log = nil
  }

  /// Whether lines of a level are shown.
  func shows(_ level: ConsoleLevel) -> Bool { level.rawValue < shownLevels }

  /// Shows the levels that the command line wants, from here on.
  mutating func setLevels(by information: BootInformation) {
    if information.hasOption(KernelOptions.quiet) { shownLevels = 4 }
    guard information.hasOption(KernelOptions.consoleLevel) else { return }
    guard let number = information.number(of: KernelOptions.consoleLevel), number <= 8 else {
      write("loglevel: a number from 0 to 8 is wanted; this one is not followed\n")
      return
    }
    shownLevels = UInt8(number)
  }

  /// Writes a line to the log, and shows it nowhere.
  mutating func keep(_ line: String) {
    log?.write(line)
    log?.write("\n")
  }

  /// Goes on logging in `memory`, with all that was logged so far.
  mutating func moveLog(to memory: AddressRange, through window: PhysicalMemoryWindow) {
    var larger = RingLog(in: memory, through: window)
    log?.replay(to: &larger)
    log = larger
  }

  /// Notes how the run ends, for the next one. What was noted first stays: it is the cause.
  mutating func note(_ ending: LastBoot.Ending) {
    if log?.ending == LastBoot.Ending.none.rawValue { log?.note(ending: ending.rawValue) }
  }

  /// Never inlined: it would be, wherever a character is written, and that is everywhere.
  @inline(never)
  package mutating func write(_ byte: UInt8) {
    if let processorSet { processorSet.write(byte, to: &self) } else { emit(byte) }
  }

  /// Writes a byte now, on whichever processor this is.
  @inline(never)
  mutating func emit(_ byte: UInt8) {
    log?.write(byte)
    if let level, !shows(level) { return }
    serial?.write(byte)
    text?.write(byte)
    picture?.write(byte)
    if byte == UInt8(ascii: "\n"), let serial, serial.isStuck != serialIsStuck {
      reportSerialPort(isStuck: serial.isStuck)
    }
  }

  /// Says, wherever it can be said, that the serial port takes no more bytes, or does again.
  @inline(never)
  private mutating func reportSerialPort(isStuck: Bool) {
    serialIsStuck = isStuck
    write("serial port: ")
    write(isStuck ? "it takes no more bytes" : "it takes bytes again; some are lost")
    write("\n")
  }

  /// The next byte that was typed at the serial port; `nil` where there is none yet.
  mutating func read() -> UInt8? { serial?.read() }

  /// Has the serial port raise line 4 when a byte was received.
  mutating func enableReceiveInterrupts() { serial?.enableReceiveInterrupts() }

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
