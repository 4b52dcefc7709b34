import Addressing

/// The last bytes that were written to a console, in a ring of physical memory.
public struct RingLog: TextSink {
  private let window: PhysicalMemoryWindow
  private let memory: AddressRange
  private var written: UInt64 = 0

  /// Makes an empty log in `memory`, whose size in bytes is how much it remembers.
  public init(in memory: AddressRange, through window: PhysicalMemoryWindow) {
    precondition(!memory.isEmpty, "a log needs memory")
    self.memory = memory
    self.window = window
  }

  /// Remembers one byte, in the place of the oldest where the log is full.
  public mutating func write(_ byte: UInt8) {
    window.store(byte, at: memory.start + written % memory.size)
    written += 1
  }

  /// How many bytes were written and are no longer there.
  public var lost: UInt64 { written > memory.size ? written - memory.size : 0 }

  /// Writes all that is remembered to `sink`, oldest byte first. O(n) in bytes.
  public func replay(to sink: inout some TextSink & ~Copyable) {
    for index in lost..<written {
      sink.write(window.load(UInt8.self, at: memory.start + index % memory.size))
    }
  }
}
