import Addressing
import Memblock
import Paging

extension BootReplay {
  /// The direct map of all RAM, its tables from memblock. Gives memblock back.
  mutating func mapDirectly(
    _ memblock: consuming Memblock, _ machine: ReplayMachine, _ window: PhysicalMemoryWindow
  ) -> Memblock {
    // The kernel's first page tables show the first 4 GiB.
    let visible = min(window.range.end, PhysicalAddress(4 << 30))
    var frames = ReplayFrames(memblock: memblock, limit: visible)
    do throws(PagingError) {
      var tables = try PageTables(
        through: window, largestPage: machine.largestPage, frames: &frames)
      for index in 0..<frames.memblock.memory.count {
        let region = frames.memblock.memory[index]
        guard !region.flags.contains(.noMap), let whole = region.range.wholeFrames
        else { continue }
        let range = AddressRange(from: whole.lowerBound.start, to: whole.upperBound.start)
        try tables.map(
          VirtualAddress(0xffff_8880_0000_0000) + range.start.value, to: range,
          permissions: .readWrite, frames: &frames)
      }
      pageTableSize = tables.tableCount * PageFrameNumber.size
      pageCounts = tables.pageCounts.indices.map { tables.pageCounts[$0] }
    } catch {
      error.write(to: &log)
      failure = "page tables: " + log.take().joined()
    }
    return frames.memblock
  }
}

/// Frames for page tables, from the memblock that is inside.
private struct ReplayFrames: TableFrameSource, ~Copyable {
  var memblock: Memblock
  let limit: PhysicalAddress

  init(memblock: consuming Memblock, limit: PhysicalAddress) {
    self.memblock = memblock
    self.limit = limit
  }

  mutating func allocateTableFrame() -> PhysicalAddress? {
    let size = PageFrameNumber.size
    let limit = limit
    return try? memblock.logging(as: "alloc_low_pages") { (memblock) throws(MemblockError) in
      try memblock.allocate(size: size, alignment: size, maximum: limit).start
    }
  }
}
