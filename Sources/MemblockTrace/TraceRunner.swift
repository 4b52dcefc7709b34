import Addressing
public import Memblock

/// Runs the lines of a trace on a memblock and writes the results.
public struct TraceRunner: ~Copyable {
  /// The memblock that the trace is run on.
  public private(set) var memblock = Memblock()

  private let memory: SparseMemory
  private var output = TraceOutput()
  private var lineNumber = 0

  /// Makes a runner whose memblock has `memory` behind it, and knows none of it.
  ///
  /// - Parameters:
  ///   - memory: What physical addresses stand for.
  ///   - rules: Which Linux is followed until the trace says otherwise.
  public init(memory: SparseMemory, rules: LinuxRules = .newest) {
    self.memory = memory
    memblock.rules = rules
    reset()
  }

  /// Runs one line, whose number is one more than the last one's.
  ///
  /// - Throws: where the line is not one of the language, and where the operation left memblock
  ///   in a state that must not be; what was written before stays to be taken.
  public mutating func run(_ text: Substring) throws(TraceError) {
    lineNumber += 1
    guard let line = try TraceLine(text, operations: Self.operands) else { return }
    output.write("\(lineNumber) \(line.operation)")
    run(Self.operations[line.operation]!, line)
    if let broken = memblock.brokenInvariant {
      throw TraceError("after '\(line.operation)' memblock's tables are wrong: \(broken)")
    }
  }

  /// Writes both tables, as at the end of a trace.
  public mutating func finish() {
    output.write("final\n")
    writeTables()
  }

  /// The results written since the last call.
  public mutating func takeResults() -> [UInt8] { output.take() }
}

extension TraceRunner {
  private mutating func run(_ operation: TraceOperation, _ line: TraceLine) {
    do throws(MemblockError) {
      switch operation {
      case .plain(_, let body):
        do throws(MemblockError) {
          try body(&memblock, line)
        } catch .cannotGrow {
          // Linux has nothing to say here either.
        }
      case .integer(_, let body):
        let number = try body(&memblock, line)
        output.write(" = \(number)")
      case .address(_, let body):
        let address = try body(&memblock, line)
        writeAddress(address)
      case .listing(_, let body):
        var list: [TraceRange] = []
        try body(memblock, line, &list)
        output.write("\n")
        for range in list { output.write(range) }
        return
      case .custom(_, let body):
        return try body(&self, line)
      }
    } catch {
      if case .address = operation {
        writeAddress(.zero)
      } else {
        output.write(" = \(error.linuxNumber)")
      }
    }
    output.write("\n")
  }

  private mutating func writeAddress(_ address: PhysicalAddress?) {
    output.write(" = ")
    if let address { output.write(hex: address.value) } else { output.write("undef") }
  }

  mutating func reset() {
    let rules = memblock.rules
    memblock = Memblock()
    memblock.rules = rules
    memblock.setWindow(memory.window)
  }

  /// Follows a version of Linux, times 100, from now on; any but 6.12 means 7.3.
  mutating func follow(version: UInt64) {
    memblock.rules = version == 612 ? .linux6_12 : .linux7_3
  }

  mutating func allowResize() {
    memblock.allowResize(through: memory.window)
  }

  // MARK: Results of several lines

  mutating func writeTables() {
    output.write(table: memblock.memory, letter: "m")
    output.write(table: memblock.reserved, letter: "r")
  }

  mutating func writeText(_ text: String) { output.write(text) }

  mutating func writeHex(_ number: UInt64) { output.write(hex: number) }

  /// Writes the 16 hexadecimal digits of a number.
  mutating func writeDigits(_ number: UInt64) {
    let digits = String(number, radix: 16)
    output.write(String(repeating: "0", count: 16 - digits.utf8.count) + digits)
  }

  mutating func write(node: NodeID) { output.write(node: node) }

  /// Writes the frames that an operation after the hand-over gives to the page allocator: none,
  /// where it can't.
  mutating func writeReleased(
    _ body: (inout Memblock, inout LateReceiver) throws(MemblockError) -> Void
  ) {
    var receiver = LateReceiver()
    do throws(MemblockError) { try body(&memblock, &receiver) } catch {}
    output.write("\n")
    for frames in receiver.released {
      let range = AddressRange(from: frames.lowerBound.start, to: frames.upperBound.start)
      output.write(.bytes(range, nil))
    }
  }

  mutating func freeAll(below limit: PageFrameNumber) throws(MemblockError) {
    var receiver = TraceReceiver()
    let frames = try memblock.freeAll(to: &receiver, below: limit)
    output.write("\n")
    for byte in receiver.output.take() { output.write(byte) }
    output.write(
      "  totalram_pages \(frames) calls \(receiver.blocks) rsv \(receiver.reservations)\n")
  }
}
