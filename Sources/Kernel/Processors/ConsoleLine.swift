import PageAllocator
import Synchronization
import X86

/// A line that a processor other than the boot's is writing: it is passed to the console whole, so
/// that lines of several processors don't mix.
struct ConsoleLine {
  private var bytes = InlineArray<120, UInt8>(repeating: 0)
  private var count = 0

  /// Adds a byte.
  ///
  /// - Returns: whether the line is to be written now: it ends, or is full.
  mutating func append(_ byte: UInt8) -> Bool {
    bytes[count] = byte
    count += 1
    return byte == UInt8(ascii: "\n") || count == bytes.count
  }

  /// Calls a function with each byte, and starts the next line.
  mutating func take(_ body: (UInt8) -> Void) {
    for index in 0..<count { body(bytes[index]) }
    count = 0
  }
}

extension ProcessorSet {
  /// Writes a line to the log alone, by one processor at a time.
  static func keep(_ line: String) {
    withInterruptsOff {
      guard let set = processorSet else { return console.keep(line) }
      set.withConsoleLocked { console.keep(line) }
    }
  }

  /// Calls a function while no other processor writes to the console; with interrupts off.
  private func withConsoleLocked(_ body: () -> Void) {
    consoleLock.acquire()
    body()
    consoleLock.release()
  }

  /// Writes a byte for the processor that this runs on. One that panics has no one to wait for.
  func write(_ byte: UInt8, to console: inout BootConsole) {
    guard panicOwner.load(ordering: .relaxed) < 0 else {
      console.emit(byte)
      return
    }
    let flags = disableInterrupts()
    defer { restoreInterrupts(flags) }
    let processor = current
    if processor.number == 0 {
      withConsoleLocked { console.emit(byte) }
    } else if processor.line.append(byte) {
      withConsoleLocked { processor.line.take { console.emit($0) } }
    }
  }
}
