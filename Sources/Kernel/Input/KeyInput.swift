import Addressing
public import Console
import X86

/// The keys of the keyboard and of the serial terminal.
public struct Keys {
  /// The next key that was pressed; `nil` where there is none yet.
  ///
  /// From the first call on, keys come by interrupts and are kept until they are asked for, 64 of them.
  @export(interface)
  public func next() -> ConsoleKey? {
    KeyInput.start()
    return withInterruptsOff { keyInput?.take() }
  }

  /// Waits for a key; the processor stops meanwhile.
  ///
  /// - Parameter milliseconds: How long; for ever where nothing is said.
  /// - Returns: the key; `nil` where none came in time.
  @export(interface)
  public func wait(milliseconds: UInt64? = nil) -> ConsoleKey? {
    KeyInput.start()
    var isOver = false
    let timer = milliseconds.flatMap { Clock().after(milliseconds: $0) { isOver = true } }
    defer { if let timer { Clock().cancel(timer) } }
    while true {
      _ = disableInterrupts()
      let key = keyInput?.take()
      if key != nil || isOver {
        enableInterrupts()
        return key
      }
      Idle.wait()
    }
  }

  /// How many keys were lost because 64 were waiting already.
  public var lost: UInt64 { keyInput?.lost ?? 0 }
}

extension BootedMachine {
  /// What is typed at its keyboard and its serial terminal.
  public var keys: Keys { Keys() }
}

/// The keys that were not read yet, and where they come from. Changed with interrupts off.
struct KeyInput {
  private var serial = SerialKeyDecoder()
  private var keyboard = PS2KeyDecoder()
  private let controller = PS2Controller(ports: ProcessorPorts())
  private var keys: [ConsoleKey] = []
  private(set) var lost: UInt64 = 0

  private static let capacity = 64

  /// Has keys come by interrupts, the first time.
  static func start() {
    guard keyInput == nil else { return }
    withInterruptsOff {
      keyInput = KeyInput()
      keyInput?.keys.reserveCapacity(capacity)
    }
    // Lines 1 and 4 are the keyboard's and the first serial port's.
    handle(line: 1) { _ in keyInput?.takeFromKeyboard() }
    handle(line: 4) { _ in keyInput?.takeFromSerialPort() }
    withInterruptsOff {
      keyInput?.controller.enableInterrupts()
      console.enableReceiveInterrupts()
      // What came before raises no interrupt any more.
      keyInput?.takeFromKeyboard()
      keyInput?.takeFromSerialPort()
    }
  }

  private static func handle(line: UInt8, with handler: @escaping InterruptHandler) {
    do throws(InterruptError) {
      try Interrupts().handle(line: line, with: handler)
    } catch {
      console.write("keys: line ")
      console.write(decimal: UInt64(line))
      console.write(" has another handler already, or leads nowhere; no keys come from it\n")
    }
  }

  /// The oldest key.
  mutating func take() -> ConsoleKey? { keys.isEmpty ? nil : keys.removeFirst() }

  private mutating func takeFromKeyboard() {
    for _ in 0..<16 {
      guard let byte = controller.read() else { return }
      if let event = keyboard.event(for: byte), event.isPressed, let key = event.key { keep(key) }
    }
  }

  private mutating func takeFromSerialPort() {
    for _ in 0..<64 {
      guard let byte = console.read() else { return }
      if let key = serial.key(for: byte) { keep(key) }
    }
  }

  private mutating func keep(_ key: ConsoleKey) {
    if keys.count < Self.capacity { keys.append(key) } else { lost += 1 }
  }
}

/// The keys; `nil` until the first is asked for.
@safe nonisolated(unsafe) var keyInput: KeyInput?
