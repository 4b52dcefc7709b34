import Addressing
import PageAllocator
import Testing

@Suite struct ErrorTextTests {
  private struct Text: TextSink {
    var bytes: [UInt8] = []
    mutating func write(_ byte: UInt8) { bytes.append(byte) }
    var text: String { String(decoding: bytes, as: UTF8.self) }
  }

  @Test(
    arguments: [
      (.outOfMemory, "no free block of that order"),
      (.tooLarge, "more frames than one block can have"),
      (.noSuchNode(NodeID(3)), "node 3 has no memory"),
      (.notFree(PageFrameNumber(0x12)), "frame 0x12 is not free"),
      (.outsideZone(PageFrameNumber(0x12)), "frame 0x12 is outside the zone"),
      (.poisonChanged(PageFrameNumber(0x12)), "frame 0x12 was written to while it was free"),
      (.tornDown, "the page allocator has been torn down"),
    ] as [(AllocationError, String)])
  func allocationErrors(_ error: AllocationError, _ text: String) {
    var sink = Text()
    error.write(to: &sink)
    #expect(sink.text == text)
  }

  @Test(
    arguments: [
      (.alreadyFree, "the block is free already"),
      (.wrongOrder(actual: 3), "the block was allocated with order 3"),
      (.notStartOfBlock, "the frame is inside an allocated block"),
      (.misaligned, "the frame's number is not a multiple of the block's size"),
      (.tooLarge, "the order is above the allocator's maximum"),
      (.reserved, "the frame was reserved at boot"),
      (.notMemory, "there is no memory at that frame"),
      (.straddlesZones, "the block would reach out of its zone"),
      (.tornDown, "the page allocator has been torn down"),
    ] as [(FreeError, String)])
  func freeErrors(_ error: FreeError, _ text: String) {
    var sink = Text()
    error.write(to: &sink)
    #expect(sink.text == text)
  }
}
