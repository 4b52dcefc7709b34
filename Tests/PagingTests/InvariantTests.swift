import Addressing
import SimulatedMemory
import Testing

@testable import Paging

/// What is wrong with tables is found, and told apart.
@Suite struct InvariantTests {
  private let memory = SimulatedMemory(at: 0x10_0000, size: 64 * 4096)
  private let area = VirtualAddress(0xffff_c900_0000_0000)

  /// Two pages of 4 KiB, one of 2 MiB and one of 1 GiB.
  private func space(levels: Int = 4) throws -> PageTables {
    var frames = CountedFrames(in: memory.range)
    var space = try PageTables(
      through: memory.window, largestPage: .oneGiB, levels: levels, frames: &frames)
    let memory = AddressRange(at: PhysicalAddress((1 << 30) - 0x20_2000), size: 0x4020_2000)
    let start = VirtualAddress(area.value + memory.start.value)
    try space.map(start, to: memory, permissions: .device, frames: &frames)
    try space.shareEntries(of: area, at: VirtualAddress(0), count: 1, frames: &frames)
    return space
  }

  private func broken(_ space: borrowing PageTables) -> String? {
    space.brokenInvariant.map { "\($0)" }
  }

  @Test(arguments: [4, 5]) func countsAreHeld(_ levels: Int) throws {
    var space = try space(levels: levels)
    #expect(broken(space) == nil)
    for size in 0..<3 {
      space.pageCounts[size] += 1
      #expect(broken(space) == "the count of mapped pages is wrong")
      space.pageCounts[size] -= 1
    }
    for change in [1, -1] as [Int64] {
      space.tableCount = UInt64(Int64(space.tableCount) + change)
      #expect(broken(space) == "the count of tables is wrong")
      space.tableCount = UInt64(Int64(space.tableCount) - change)
    }
    #expect(broken(space) == nil)
  }

  @Test func entriesAreHeld() throws {
    let space = try space()
    // The second table: its first entry leads to the third, its next one is the page of 1 GiB.
    let upper = space.root + 4096
    let table: UInt64 = memory.window.load(at: upper)
    let page: UInt64 = memory.window.load(at: upper + 8)
    memory.window.store(page | 1 << 21, at: upper + 8)
    #expect(broken(space) == "a page is not aligned")
    memory.window.store(page, at: upper + 8)
    memory.window.store(table & 0xfff | 1 << 40, at: upper)
    #expect(broken(space) == "a table lies where none can be seen")
    // Round in a circle.
    memory.window.store(table & 0xfff | space.root.value, at: upper)
    #expect(broken(space) == "the count of tables is wrong")
    memory.window.store(table, at: upper)
    #expect(broken(space) == nil)
  }
}
