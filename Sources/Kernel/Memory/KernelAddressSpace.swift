import Addressing
import Console
import Boot
import Firmware
import Memblock
import Paging
import X86

/// The address space that the kernel builds for itself and goes on in.
///
///     0x0000000000001000  constants and data of the image (Boot/include/layout.h says why)
///     0x0000088000000000  all RAM again, as the heap sees it: the direct map's own tables
///     0xffff888000000000  the direct map: all RAM, in the largest pages there are
///     0xffffc90000000000  what is mapped later: devices, memory with guard pages (AddressSpace.swift)
///     0xffffffff80200000  text and stacks of the image
///
/// Nothing is writable and executable, text and constants are not even writable through the
/// direct map, each stack ends in a page that is not there, and there is no identity map.
///
/// The page tables themselves stay writable there. Protecting them costs more than it is worth:
/// a table's frame can be anywhere in RAM, so each new one would split the large page it lies in,
/// which takes up to two more tables (4 KiB to 4 KiB pages, 4 KiB to 2 MiB pages) to protect one,
/// and each change of an entry would switch CR0.WP off and on, which serialises the processor twice.
enum KernelAddressSpace {
  /// Builds the page tables, with frames from memblock, and switches to them.
  ///
  /// From here on all RAM can be seen, and so memblock may allocate all of it.
  ///
  /// - Parameters:
  ///   - screen: The framebuffer that the console draws in.
  ///   - wantsFiveLevels: Whether the tables are to have five levels, where the processor can.
  static func enter(screen: AddressRange?, wantingFiveLevels wantsFiveLevels: Bool) {
    let processor = ProcessorFeatures.read()
    let levels = wantsFiveLevels && ProcessorFeatures.hasFiveLevels ? 5 : 4
    if levels == 5 {
      enter_five_levels()
      console.write("Page tables: five levels\n")
    } else if wantsFiveLevels {
      console.write("Page tables: four levels: this processor has no more\n")
    }
    var frames = MemblockFrames()
    do throws(PagingError) {
      var tables = try PageTables(
        through: kernelWindow, largestPage: processor.largestPage, levels: levels, frames: &frames)
      try mapImage(in: &tables, from: &frames)
      try mapMemory(in: &tables, from: &frames)
      try mapACPITables(in: &tables, from: &frames)
      if let screen { try mapScreen(screen, in: &tables, from: &frames) }
      try tables.shareEntries(
        of: VirtualAddress(direct_map_base()), at: VirtualAddress(heap_map_base()), count: 128,
        frames: &frames)
      if ProcessorFeatures.hasPageAttributes {
        writeModelSpecificRegister(0x277, CacheMode.attributeTable)
      }
      // The text and the stack are at the same place in the old tables and in the new ones.
      writeControlRegister3(tables.root.value)
      visibleMemoryEnd = Swift.max(
        memblock.endOfMemory ?? .zero, screen?.end ?? PhysicalAddress(1 << 20), acpiTables.end)
      memblock.currentLimit = visibleMemoryEnd
      memblock.allowResize(through: kernelWindow)
      report(tables)
      tables.window = kernelWindow
      kernelPageTables = consume tables
    } catch {
      console.write("page tables: ")
      error.write(to: &console)
      console.write("\n")
      panic("the kernel's address space can't be built")
    }
  }

  private static func report(_ tables: borrowing PageTables) {
    console.write("Page tables: ")
    console.write(decimal: tables.tableCount * 4)
    console.write("K, mapping ")
    console.write(decimal: tables.pageCounts[0])
    console.write(" pages of 4K, ")
    console.write(decimal: tables.pageCounts[1])
    console.write(" of 2M, ")
    console.write(decimal: tables.pageCounts[2])
    console.write(" of 1G\n")
  }

  private static func mapImage(
    in tables: inout PageTables, from frames: inout MemblockFrames
  ) throws(PagingError) {
    func map(
      _ range: AddressRange, at address: VirtualAddress, _ permissions: PagePermissions
    ) throws(PagingError) {
      try tables.map(address, to: range, permissions: permissions, frames: &frames)
    }
    let constants = KernelImage.constants
    let data = KernelImage.data
    let text = KernelImage.text
    try map(constants, at: KernelImage.lowAddress(of: constants.start), .read)
    try map(data, at: KernelImage.lowAddress(of: data.start), .readWrite)
    try map(text, at: KernelImage.highAddress(of: text.start), .readExecute)

    // Data without initial values, and the stacks, around their guard pages.
    var start = KernelImage.bss.start
    let guardPages = KernelImage.guardPages
    for index in guardPages.indices {
      let guardPage = guardPages[index]
      try map(
        AddressRange(from: start, to: guardPage.start), at: KernelImage.highAddress(of: start),
        .readWrite)
      start = guardPage.end
    }
    try map(
      AddressRange(from: start, to: KernelImage.bss.end),
      at: KernelImage.highAddress(of: start), .readWrite)
  }

  /// The direct map: the first MiB whole, because the screen and the firmware's data are there,
  /// and all RAM above it but for what must not be mapped.
  private static func mapMemory(
    in tables: inout PageTables, from frames: inout MemblockFrames
  ) throws(PagingError) {
    let firstMebibyte = AddressRange(at: .zero, size: 1 << 20)
    try mapDirectly(firstMebibyte, in: &tables, from: &frames)
    // Regions that touch are mapped as one: the page around a border inside it, between two nodes,
    // would be missing otherwise.
    var pending = AddressRange(at: firstMebibyte.end, size: 0)
    // The tables' own frames become reservations as they are taken; `memory` does not change.
    for index in 0..<memblock.memory.count {
      let region = memblock.memory[index]
      guard !region.flags.contains(.noMap) else { continue }
      let start = Swift.max(region.range.start, firstMebibyte.end)
      let end = Swift.max(start, region.range.end)
      if start == pending.end {
        pending = AddressRange(from: pending.start, to: end)
      } else {
        try mapDirectly(pending, in: &tables, from: &frames)
        pending = AddressRange(from: start, to: end)
      }
    }
    try mapDirectly(pending, in: &tables, from: &frames)
  }

  /// The pages of ACPI's tables, which the firmware's map keeps apart from RAM. Several may share one.
  private static func mapACPITables(
    in tables: inout PageTables, from frames: inout MemblockFrames
  ) throws(PagingError) {
    for index in 0..<acpiTables.count {
      let table = acpiTables[index].range
      var page = table.start.alignedDown(to: PageFrameNumber.size)
      while page < table.end {
        let address = VirtualAddress(direct_map_base()) + page.value
        let range = AddressRange(at: page, size: PageFrameNumber.size)
        if tables.translate(address) == nil {
          try tables.map(address, to: range, permissions: .read, frames: &frames)
        }
        page = range.end
      }
    }
  }

  /// The framebuffer, at its place in the direct map, its writes gathered. One in the first MiB or
  /// in RAM is mapped already.
  private static func mapScreen(
    _ screen: AddressRange, in tables: inout PageTables, from frames: inout MemblockFrames
  ) throws(PagingError) {
    let range = AddressRange(
      from: screen.start.alignedDown(to: PageFrameNumber.size),
      to: screen.end.alignedUp(to: PageFrameNumber.size))
    let address = VirtualAddress(direct_map_base()) + range.start.value
    guard tables.translate(address) == nil else { return }
    try tables.map(address, to: range, permissions: .framebuffer, frames: &frames)
  }

  /// Maps a range of RAM, with those parts read-only that are read-only where they are used.
  private static func mapDirectly(
    _ range: AddressRange, in tables: inout PageTables, from frames: inout MemblockFrames
  ) throws(PagingError) {
    var start = range.start
    let readOnly: InlineArray = [KernelImage.bootAndConstants, KernelImage.text]
    for index in readOnly.indices {
      guard let part = range.intersection(readOnly[index]) else { continue }
      try map(AddressRange(from: start, to: part.start), .readWrite, in: &tables, from: &frames)
      try map(part, .read, in: &tables, from: &frames)
      start = part.end
    }
    try map(AddressRange(from: start, to: range.end), .readWrite, in: &tables, from: &frames)
  }

  private static func map(
    _ range: AddressRange, _ permissions: PagePermissions, in tables: inout PageTables,
    from frames: inout MemblockFrames
  ) throws(PagingError) {
    guard let whole = range.wholeFrames else { return }
    let range = AddressRange(from: whole.lowerBound.start, to: whole.upperBound.start)
    try tables.map(
      VirtualAddress(direct_map_base()) + range.start.value, to: range,
      permissions: permissions, frames: &frames)
  }
}

/// Frames for page tables, from memblock, where the kernel can see them already.
struct MemblockFrames: TableFrameSource {
  mutating func allocateTableFrame() -> PhysicalAddress? {
    do throws(MemblockError) {
      let frame = try memblock.allocate(
        size: PageFrameNumber.size, alignment: PageFrameNumber.size,
        maximum: visibleMemoryEnd, caller: "alloc_low_pages")
      earlyUses.note(frame, .pageTables)
      return frame.start
    } catch {
      error.write(to: &console)
      console.write("\n")
      return nil
    }
  }
}
