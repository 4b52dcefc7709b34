import Addressing
import SimulatedMemory
import Testing

@Suite struct AddressRangeTests {
  @Test func aRangePastTheEndOfTheAddressSpaceIsCut() {
    let range = AddressRange(at: PhysicalAddress(0xffff_ffff_ffff_f000), size: 0x4000)
    #expect(range.end == .max)
    #expect(range.size == 0xfff)
  }

  @Test func touchingRangesDoNotOverlap() {
    let low = AddressRange(from: PhysicalAddress(0x1000), to: PhysicalAddress(0x2000))
    let high = AddressRange(from: PhysicalAddress(0x2000), to: PhysicalAddress(0x3000))
    #expect(!low.overlaps(high))
    #expect(low.intersection(high) == nil)
    #expect(low.overlaps(AddressRange(from: PhysicalAddress(0x1fff), to: PhysicalAddress(0x2001))))
  }

  @Test func wholeFramesRoundInwards() {
    let range = AddressRange(from: PhysicalAddress(0x1001), to: PhysicalAddress(0x3fff))
    #expect(range.wholeFrames == PageFrameNumber(2)..<PageFrameNumber(3))
    let sliver = AddressRange(from: PhysicalAddress(0x1001), to: PhysicalAddress(0x1fff))
    #expect(sliver.wholeFrames == nil)
  }

  @Test func theLastFrameOfTheAddressSpaceHasAStart() {
    let last = PageFrameNumber(containing: .max)
    #expect(last.start.value == 0xffff_ffff_ffff_f000)
    #expect(PageFrameNumber(startingAtOrAbove: .max).value == last.value + 1)
  }
}

@Suite struct TextSinkTests {
  struct Text: TextSink {
    var bytes: [UInt8] = []
    mutating func write(_ byte: UInt8) { bytes.append(byte) }
    var string: String { String(decoding: bytes, as: UTF8.self) }
  }

  @Test(arguments: [
    (0, 0, "0"), (9, 0, "9"), (10, 0, "10"), (10, 6, "    10"),
    (UInt64.max, 0, "18446744073709551615"),
  ])
  func decimal(number: UInt64, width: Int, expected: String) {
    var text = Text()
    text.write(decimal: number, width: width)
    #expect(text.string == expected)
  }

  @Test(arguments: [
    (0, 1, "0x0"), (0x1f, 1, "0x1f"), (0x1f, 16, "0x000000000000001f"),
    (UInt64.max, 16, "0xffffffffffffffff"),
  ])
  func hexadecimal(number: UInt64, digits: Int, expected: String) {
    var text = Text()
    text.write(hex: number, digits: digits)
    #expect(text.string == expected)
  }
}

@Suite struct LittleEndianTests {
  @Test func readsAreUnalignedAndChecked() {
    let bytes: [UInt8] = [0, 0x78, 0x56, 0x34, 0x12]
    let span = unsafe bytes.span.bytes  // SAFETY: bytes have no padding between them.
    #expect(span.littleEndian(UInt32.self, at: 1) == 0x1234_5678)
    #expect(span.littleEndian(UInt32.self, at: 2) == nil)
    #expect(span.littleEndian(UInt32.self, at: -1) == nil)
    #expect(span.littleEndian(UInt64.self, at: .max) == nil)
  }
}

@Suite struct PhysicalMemoryWindowTests {
  @Test func theWindowShowsItsRangeAtItsPlace() {
    let memory = SimulatedMemory(at: 0x10_0000, size: 8192)
    let window = memory.window
    window.fill(memory.range, with: 0x5a)
    window.store(UInt32(0xdead_beef), at: PhysicalAddress(0x10_1000))
    #expect(window.load(UInt8.self, at: PhysicalAddress(0x10_0fff)) == 0x5a)
    #expect(window.load(UInt16.self, at: PhysicalAddress(0x10_1002)) == 0xdead)

    let address = window.virtualAddress(of: PhysicalAddress(0x10_1000))
    #expect(window.physicalAddress(of: address) == PhysicalAddress(0x10_1000))
    #expect(window.physicalAddress(of: address + 4096) == nil)
    window.withBytes(of: AddressRange(at: PhysicalAddress(0x10_1000), size: 4)) { bytes in
      let word = bytes.littleEndian(UInt32.self, at: 0)
      #expect(word == 0xdead_beef)
    }
  }

  @Test func copiesMayOverlap() {
    let memory = SimulatedMemory(at: 0, size: 4096)
    for index in 0..<16 {
      memory.window.store(UInt8(index), at: PhysicalAddress(0x100 + UInt64(index)))
    }
    memory.window.copy(
      AddressRange(at: PhysicalAddress(0x100), size: 16), to: PhysicalAddress(0x104))
    #expect(memory.window.load(UInt8.self, at: PhysicalAddress(0x104)) == 0)
    #expect(memory.window.load(UInt8.self, at: PhysicalAddress(0x113)) == 15)
  }
}

@Suite struct PlacedSumTests {
  /// A table that one version of the kernel leaves is read by another: the terms stay what they are.
  @Test func termsAreThoseOfEarlierVersions() {
    #expect(PlacedSum.term(0, at: 0) == 0xcaa1_019e_8ce8_a79f)
    #expect(PlacedSum.term(1, at: 0) == 0xf3eb_5d75_79f3_6a57)
    #expect(PlacedSum.term(0, at: 1) == 0x9542_033d_19d1_4f3e)
    #expect(PlacedSum.term(.max, at: 7) == 0x42de_8b3e_2984_d760)
  }

  /// The sums of all pairs of neighbouring bytes differ, where those of the bytes times odd factors would
  /// meet often.
  @Test func pairsOfBytesHaveDifferentSums() {
    var sums: Set<UInt64> = []
    for first in 0..<256 as Range<UInt64> {
      for second in 0..<256 as Range<UInt64> {
        sums.insert(PlacedSum.term(first, at: 0) &+ PlacedSum.term(second, at: 1))
      }
    }
    #expect(sums.count == 65536)
  }
}
