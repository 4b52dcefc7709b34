import Addressing
import PageAllocator
import Testing
import Zones

/// What a frame is used for, frame by frame.
@Suite struct StateTests {
  /// The states of frames, each with how often it comes in a row.
  private func states(_ pages: PageAllocator, _ frames: Range<UInt64>) -> [String] {
    var runs: [(state: String, count: Int)] = []
    for frame in frames {
      let state = pages.state(of: PageFrameNumber(frame)).map { "\($0)" } ?? "no memory"
      if runs.last?.state == state {
        runs[runs.count - 1].count += 1
      } else {
        runs.append((state, 1))
      }
    }
    return runs.map { "\($0.count) \($0.state)" }
  }

  @Test func blocksOfEachOrder() throws {
    let pages = try TestMachine([.megabytes(16, 176)], maximumOrder: 13).pages
    for order in 1...13 {
      // Two that are buddies of each other, so that one starts at an odd place.
      let first = try pages.allocate(FrameRequest(order: order))
      let second = try pages.allocate(FrameRequest(order: order))
      let blocks = [first, second].sorted { $0 < $1 }
      let size = UInt64(1) << UInt64(order)
      for block in blocks {
        #expect(
          states(pages, block.value..<block.value + size) == [
            "1 head(order: \(order))", "\(size - 1) inside",
          ])
      }
      for block in blocks { try pages.free(block, order: order) }
      #expect(
        states(pages, first.value..<first.value + size) == ["\(size) free"])
    }
  }

  @Test func framesOnTheirOwn() throws {
    let pages = try TestMachine(
      [.megabytes(16, 20), .megabytes(24, 32)],
      released: [AddressRange(from: PhysicalAddress(17 << 20), to: PhysicalAddress(20 << 20))]
    ).pages
    let frames = try (0..<3).map { _ in try pages.allocate() }
    try pages.free(frames[1])
    #expect(frames.map(\.value) == [0x1100, 0x1101, 0x1102])
    #expect(
      states(pages, 0xfff..<0x1802) == [
        "1 no memory", "256 reserved", "1 head(order: 0)", "1 free", "1 head(order: 0)", "765 free",
        "1024 no memory", "2 reserved",
      ])
  }
}
