import Addressing
import Memblock

/// Memory that can be tested: written and read back, 64 bits at a time.
public protocol TestableMemory: ~Copyable {
  /// What of physical memory can be reached.
  var range: AddressRange { get }
  /// Writes the number at an address that is a multiple of 8.
  mutating func store(_ value: UInt64, at address: PhysicalAddress)
  /// Reads the number at an address that is a multiple of 8.
  mutating func load(at address: PhysicalAddress) -> UInt64
}

extension PhysicalMemoryWindow: TestableMemory {
  /// Reads the 64-bit number at `address`.
  public func load(at address: PhysicalAddress) -> UInt64 { load(UInt64.self, at: address) }
}

/// `memtest=N`: free memory is filled with patterns and read back before it is used; what does
/// not hold them is reserved.
///
/// Linux: `mm/memtest.c`.
public enum EarlyMemtest {
  /// The patterns in Linux's order. The first is written last, and leaves memory cleared.
  static func pattern(_ index: UInt64) -> UInt64 {
    switch index % 17 {
    case 0: 0
    case 1: .max
    case 2: 0x5555_5555_5555_5555
    case 3: 0xaaaa_aaaa_aaaa_aaaa
    case 4: 0x1111_1111_1111_1111
    case 5: 0x2222_2222_2222_2222
    case 6: 0x4444_4444_4444_4444
    case 7: 0x8888_8888_8888_8888
    case 8: 0x3333_3333_3333_3333
    case 9: 0x6666_6666_6666_6666
    case 10: 0x9999_9999_9999_9999
    case 11: 0xcccc_cccc_cccc_cccc
    case 12: 0x7777_7777_7777_7777
    case 13: 0xbbbb_bbbb_bbbb_bbbb
    case 14: 0xdddd_dddd_dddd_dddd
    case 15: 0xeeee_eeee_eeee_eeee
    default: 0x7a6c_7258_554e_494c
    }
  }

  /// Tests what is free in `bounds` with so many patterns, the last of them first. O(patterns ×
  /// bytes).
  ///
  /// - Parameters:
  ///   - patterns: How many; beyond 17 they start over. 0 for no test.
  ///   - bounds: Nothing outside of this is tested.
  ///   - memblock: Knows what is free; what is found bad is reserved in it.
  ///   - memory: Reaches the free memory. What it doesn't reach isn't tested.
  ///   - log: Takes Linux's lines.
  /// - Returns: the number of bytes found bad and reserved.
  ///
  /// Linux: `early_memtest`.
  ///
  /// - Throws: where memblock's tables are full and may not grow.
  @discardableResult
  public static func run(
    patterns: UInt64, in bounds: AddressRange, of memblock: inout Memblock,
    through memory: inout some TestableMemory & ~Copyable,
    log: inout some TextSink & ~Copyable
  ) throws(MemblockError) -> UInt64 {
    guard patterns > 0, let bounds = bounds.intersection(memory.range) else { return 0 }
    log.write("early_memtest: # of tests: ")
    log.write(decimal: patterns)
    log.write("\n")
    var bad: UInt64 = 0
    for index in (0..<patterns).reversed() {
      var rest = bounds
      while let range = memblock.firstFreeRange(in: rest) {
        log.write("  ")
        log.write(range.start)
        log.write(" - ")
        log.write(range.end)
        log.write(" pattern ")
        log.write(bytesOf: pattern(index))
        log.write("\n")
        bad += try test(range, pattern(index), &memblock, &memory, log: &log)
        rest = AddressRange(from: range.end, to: bounds.end)
      }
    }
    return bad
  }

  private static func test(
    _ range: AddressRange, _ pattern: UInt64, _ memblock: inout Memblock,
    _ memory: inout some TestableMemory & ~Copyable, log: inout some TextSink & ~Copyable
  ) throws(MemblockError) -> UInt64 {
    let first = range.start.value.alignedUp(to: 8)
    let end = range.end.value.alignedDown(to: 8)
    guard first < end else { return 0 }
    for address in stride(from: first, to: end, by: 8) {
      memory.store(pattern, at: PhysicalAddress(address))
    }
    var bad: UInt64 = 0
    var run: (start: UInt64, end: UInt64)?
    for address in stride(from: first, through: end, by: 8) {
      let isBad = address < end && memory.load(at: PhysicalAddress(address)) != pattern
      if isBad {
        run = (run?.start ?? address, address + 8)
      } else if let found = run {
        run = nil
        let range = AddressRange(
          from: PhysicalAddress(found.start), to: PhysicalAddress(found.end))
        log.write("  ")
        log.write(bytesOf: pattern)
        log.write(" bad mem addr ")
        log.write(range.start)
        log.write(" - ")
        log.write(range.end)
        log.write(" reserved\n")
        try memblock.logging(as: "early_memtest") { (memblock) throws(MemblockError) in
          try memblock.reserve(range)
        }
        bad += range.size
      }
    }
    return bad
  }
}

extension TextSink where Self: ~Copyable {
  /// Writes a pattern as it lies in memory, the lowest byte first.
  fileprivate mutating func write(bytesOf pattern: UInt64) {
    write(bareHex: pattern.byteSwapped, digits: 16)
  }
}
