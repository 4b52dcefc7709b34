import Addressing
import Console
import SimulatedMemory
import Testing

/// Ports that remember what was written, and whose transmitter is ready or never is.
final class RecordedPorts: PortAccess {
  var written: [UInt16: [UInt8]] = [:]
  var received: [UInt8] = []
  var transmitterIsReady: Bool
  /// How often the line status was read.
  var polls = 0

  init(transmitterIsReady: Bool) { self.transmitterIsReady = transmitterIsReady }

  func read(_ port: UInt16) -> UInt8 {
    if port == 0x3f8 + 5 { polls += 1 }
    if port == 0x3f8 + 5 { return (transmitterIsReady ? 0x20 : 0) | (received.isEmpty ? 0 : 1) }
    return port == 0x3f8 && !received.isEmpty ? received.removeFirst() : 0
  }

  func write(_ byte: UInt8, to port: UInt16) { written[port, default: []].append(byte) }
}

@Suite struct SerialPortTests {
  @Test func bytesGoOutAfterTheSettings() throws {
    let ports = RecordedPorts(transmitterIsReady: true)
    var serial = try #require(SerialPort(at: 0x3f8, ports: ports))
    serial.write("ok\n")
    // The divisor's low byte, then the text.
    #expect(ports.written[0x3f8] == [0x01] + Array("ok\n".utf8))
    #expect(ports.written[0x3fb] == [0x03, 0x80, 0x03])
  }

  /// Ports that nobody answers, as a PC has them: every bit is set.
  final class EmptyPorts: PortAccess {
    func read(_ port: UInt16) -> UInt8 { 0xff }
    func write(_ byte: UInt8, to port: UInt16) {}
  }

  @Test func aPortThatIsNotThereIsFoundOut() {
    #expect(SerialPort(at: 0x3f8, ports: EmptyPorts()) == nil)
  }

  /// What was given up on is tried once a byte, so that a long text ends.
  @Test func aPortThatTakesNothingIsStuckUntilItDoes() throws {
    let ports = RecordedPorts(transmitterIsReady: false)
    var serial = try #require(SerialPort(at: 0x3f8, ports: ports))
    #expect(!serial.isStuck)
    serial.write("x")
    #expect(serial.isStuck && ports.written[0x3f8] == [0x01])
    let polls = ports.polls
    serial.write("yz")
    #expect(ports.polls == polls + 2)
    ports.transmitterIsReady = true
    serial.write("!")
    #expect(!serial.isStuck && ports.written[0x3f8] == [0x01, 0x21])
  }

  @Test func whatWasTypedIsReadOnce() throws {
    let ports = RecordedPorts(transmitterIsReady: true)
    var serial = try #require(SerialPort(at: 0x3f8, ports: ports))
    ports.received = [0x41]
    #expect(serial.read() == 0x41)
    #expect(serial.read() == nil)
  }

  /// Setting up the port empties its FIFO.
  @Test func whatWasTypedBeforeTheSetUpIsKept() throws {
    let ports = RecordedPorts(transmitterIsReady: true)
    ports.received = Array("early".utf8)
    var serial = try #require(SerialPort(at: 0x3f8, ports: ports))
    #expect(ports.received.isEmpty)
    ports.received = [0x21]
    #expect(String(decoding: (0..<6).compactMap { _ in serial.read() }, as: UTF8.self) == "early!")
    #expect(serial.read() == nil)
  }

  @Test func aPortThatNeverRunsEmptyDoesNotHang() {
    let ports = RecordedPorts(transmitterIsReady: true)
    ports.received = Array(repeating: 0xff, count: 1000)
    _ = SerialPort(at: 0x3f8, ports: ports)
    #expect(ports.received.count == 1000 - 16)
  }
}

@Suite struct RingLogTests {
  struct Text: TextSink {
    var bytes: [UInt8] = []
    mutating func write(_ byte: UInt8) { bytes.append(byte) }
  }

  @Test func theNewestBytesStayInOrder() {
    let buffer = SimulatedMemory(at: 0xb8000, size: 8 + Int(RingLog.headerSize))
    var log = RingLog(in: buffer.range, through: buffer.window)
    var text = Text()
    log.write("abc")
    log.replay(to: &text)
    #expect(text.bytes == Array("abc".utf8))
    #expect(log.lost == 0)

    log.write("defghijk")
    text = Text()
    log.replay(to: &text)
    #expect(text.bytes == Array("defghijk".utf8))
    #expect(log.lost == 3)
  }

  @Test(arguments: ["", "abc", "abcdefghijkl"])
  func whatARunHasLeftIsFound(_ words: String) throws {
    let buffer = SimulatedMemory(at: 0xb8000, size: 8 + Int(RingLog.headerSize))
    #expect(try RingLog.left(in: buffer.range, through: buffer.window) == nil)
    var log = RingLog(in: buffer.range, through: buffer.window)
    log.write(words)
    log.note(ending: 3)
    let left = try #require(try RingLog.left(in: buffer.range, through: buffer.window))
    var text = Text()
    left.replay(to: &text)
    #expect(text.bytes == Array(words.utf8.suffix(8)))
    #expect(left.ending == 3)
    #expect(left.count == UInt64(min(8, words.utf8.count)))
    #expect(left.lost == UInt64(max(8, words.utf8.count) - 8))
  }

  @Test func whatARunHasLeftEndsWithALine() throws {
    let buffer = SimulatedMemory(at: 0xb8000, size: 8 + Int(RingLog.headerSize))
    var log = RingLog(in: buffer.range, through: buffer.window)
    log.write("ab\ncd")
    var text = Text()
    try #require(try RingLog.left(in: buffer.range, through: buffer.window)).replay(to: &text)
    #expect(text.bytes == Array("ab\n".utf8))
    // And of a ring that is full with any byte.
    text = Text()
    log.write("efgh")
    try #require(try RingLog.left(in: buffer.range, through: buffer.window)).replay(to: &text)
    #expect(text.bytes == Array("b\ncdefgh".utf8))
  }

  @Test func aChangedByteIsDamage() throws {
    let buffer = SimulatedMemory(at: 0xb8000, size: 8 + Int(RingLog.headerSize))
    var log = RingLog(in: buffer.range, through: buffer.window)
    log.write("abcdefg")
    log.write("h\n")
    // All but the magic number, without which there is no log at all.
    for offset in 8..<buffer.range.size {
      let place = buffer.range.start + offset
      let byte = buffer.window.load(UInt8.self, at: place)
      buffer.window.store(byte ^ 4, at: place)
      #expect(throws: RingLogDamage.self) {
        try RingLog.left(in: buffer.range, through: buffer.window)
      }
      buffer.window.store(byte, at: place)
    }
    #expect(try RingLog.left(in: buffer.range, through: buffer.window) != nil)
  }
}
