import Addressing
import PageAllocator
import Testing

/// The texts, in the form of Linux's files and boot log.
@Suite struct PageTextTests {
  /// 12 MiB in zone DMA, of which 8 are released, and 20 in zone DMA32 on another node; of those a
  /// frame and a block of order 3 are allocated.
  private func machine() throws -> TestMachine {
    let machine = try TestMachine(
      [.megabytes(2, 14), .megabytes(16, 36, node: 3)],
      released: [
        AddressRange(from: PhysicalAddress(4 << 20), to: PhysicalAddress(12 << 20)),
        AddressRange(from: PhysicalAddress(16 << 20), to: PhysicalAddress(36 << 20)),
      ])
    _ = try machine.pages.allocate(FrameRequest(node: NodeID(3)))
    _ = try machine.pages.allocate(FrameRequest(order: 3, node: NodeID(3)))
    machine.pages.drainCaches()
    return machine
  }

  private func text(_ write: (inout TextBuffer) -> Void) -> String {
    var buffer = TextBuffer()
    write(&buffer)
    return buffer.text
  }

  @Test func buddyInfo() throws {
    // The frame's cache had a group of 64 to itself, so the block comes from the next.
    #expect(
      try machine().buddyInfo.split(separator: "\n").map { "\($0)|" } == [
        "Node 0, zone      DMA "
          + "     0      0      0      0      0      0      0      0      0      0      2 |",
        "Node 3, zone    DMA32 "
          + "     1      1      1      2      2      2      0      1      1      1      4 |",
      ])
  }

  @Test func zoneInfo() throws {
    let pages = try machine().pages
    func empty(_ node: Int, _ kind: String) -> String {
      """
      Node \(node), zone \(kind)
        pages free     0
              spanned  0
              present  0
              managed  0
              cma      0

      """
    }
    #expect(
      text { pages.writeZoneInfo(to: &$0) } == """
        Node 0, zone      DMA
          pages free     2048
                spanned  3072
                present  3072
                managed  2048
                cma      0
              nr_free_pages 2048
          start_pfn:           512

        """ + empty(0, "   DMA32") + empty(0, "  Normal") + empty(0, " Movable")
        + empty(3, "     DMA") + """
          Node 3, zone    DMA32
            pages free     5111
                  spanned  5120
                  present  5120
                  managed  5120
                  cma      0
                nr_free_pages 5111
            start_pfn:           4096

          """ + empty(3, "  Normal") + empty(3, " Movable"))
  }

  @Test func fragmentationIndex() throws {
    let pages = try machine().pages
    #expect(
      text { pages.writeFragmentationIndex(to: &$0) }.split(separator: "\n").map { "\($0)|" } == [
        "Node 0, zone      DMA " + String(repeating: "-1.000 ", count: 11) + "|",
        "Node 3, zone    DMA32 " + String(repeating: "-1.000 ", count: 11) + "|",
      ])
  }

  @Test func memoryLine() throws {
    let pages = try machine().pages
    let image = ImageSizes(
      code: 0x2fff, data: 0x1000, constants: 0x3000, initialization: 0x400, zeroed: 0x5000)
    #expect(pages.managedFrames == 7168)
    #expect(
      text { pages.writeMemoryLine(image, to: &$0) } == """
        Memory: 28636K/32768K available (11K kernel code, 4K rwdata, 12K rodata, 1K init, \
        20K bss, 4096K reserved, 0K cma-reserved)

        """)
    // What is in a processor's cache is free.
    _ = try pages.allocate(FrameRequest(node: NodeID(3)))
    #expect(
      text { pages.writeMemoryLine(image, to: &$0) }.hasPrefix("Memory: 28632K/32768K available"))
  }
}
