public import Addressing

/// The last bytes that were written to a console, in a ring of physical memory, where the boot after a
/// warm reset finds them.
///
/// In front of the ring are four words: a magic number, how many bytes were written, how the run ended,
/// and the check sum of all that. They are brought up to date with each line.
public struct RingLog: TextSink {
  private let window: PhysicalMemoryWindow
  private let header: PhysicalAddress
  private let ring: AddressRange
  private var written: UInt64 = 0
  /// Of the bytes that are in the ring (``PlacedSum``).
  private var sum: UInt64 = 0

  /// How the run that writes the log has ended, or 0 while it has not.
  public private(set) var ending: UInt64 = 0

  /// The bytes in front of the ring.
  public static var headerSize: UInt64 { 32 }

  /// "ring log", in ASCII.
  private static var magic: UInt64 { 0x676f_6c20_676e_6972 }

  /// Makes an empty log in `memory`; what it has beyond `headerSize` is how much the log remembers, in
  /// bytes.
  public init(in memory: AddressRange, through window: PhysicalMemoryWindow) {
    self.init(at: memory, through: window)
    storeHeader()
  }

  private init(at memory: AddressRange, through window: PhysicalMemoryWindow) {
    precondition(memory.size > Self.headerSize, "a log needs memory")
    header = memory.start
    ring = AddressRange(from: memory.start + Self.headerSize, to: memory.end)
    self.window = window
  }

  /// The log that an earlier run has left in `memory`.
  ///
  /// - Returns: The log; `nil` where there is none.
  /// - Throws: ``RingLogDamage`` where one was, and its bytes are no longer those that were written.
  ///   O(n) in bytes.
  public static func left(
    in memory: AddressRange, through window: PhysicalMemoryWindow
  ) throws(RingLogDamage) -> RingLog? {
    var log = RingLog(at: memory, through: window)
    func word(_ index: UInt64) -> UInt64 {
      window.load(UInt64.self, at: memory.start + index * 8)
    }
    guard word(0) == magic else { return nil }
    log.written = word(1)
    for offset in 0..<Swift.min(log.written, log.ring.size) {
      log.sum &+= term(window.load(UInt8.self, at: log.ring.start + offset), at: offset)
    }
    log.ending = word(2)
    guard log.checkSum == word(3) else { throw RingLogDamage() }
    return log
  }

  /// Remembers one byte, in the place of the oldest where the log is full. Whoever finds the log later
  /// sees whole lines.
  public mutating func write(_ byte: UInt8) {
    let offset = written % ring.size
    let place = ring.start + offset
    if written >= ring.size {
      sum &-= Self.term(window.load(UInt8.self, at: place), at: offset)
    }
    sum &+= Self.term(byte, at: offset)
    window.store(byte, at: place)
    written += 1
    // Of a ring that is full each byte changes what the check sum is of.
    if byte == UInt8(ascii: "\n") || written > ring.size { storeHeader() }
  }

  /// Notes how the run that writes the log ends.
  public mutating func note(ending: UInt64) {
    self.ending = ending
    storeHeader()
  }

  private func storeHeader() {
    window.store([Self.magic, written, ending, checkSum] as InlineArray<4, UInt64>, at: header)
  }

  private static func term(_ byte: UInt8, at offset: UInt64) -> UInt64 {
    PlacedSum.term(UInt64(byte), at: offset)
  }

  /// The factors are odd, so that no change of one word is lost.
  private var checkSum: UInt64 {
    sum &+ written &* 0x9e37_79b9_7f4a_7c15 &+ ending &* 0xc2b2_ae3d_27d4_eb4f
  }

  /// How many bytes are remembered.
  public var count: UInt64 { written - lost }

  /// How many bytes were written and are no longer there.
  public var lost: UInt64 { written > ring.size ? written - ring.size : 0 }

  /// Writes all that is remembered to `sink`, oldest byte first. O(n) in bytes.
  public func replay(to sink: inout some TextSink & ~Copyable) {
    for index in lost..<written {
      sink.write(window.load(UInt8.self, at: ring.start + index % ring.size))
    }
  }
}

/// A log whose bytes are not those that were written: its check sum is another.
public struct RingLogDamage: Error, Equatable {
  /// The damage of a log.
  public init() {}
}
