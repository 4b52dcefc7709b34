import Addressing
import Boot
import Firmware
import PageAllocator

/// The start of the next kernel: its image and all that it is told are put where it will not be itself, then
/// a page of code moves the image to its place (Boot/next_kernel.S).
///
///     free memory   [segments' bytes] [symbols] [boot information] [table] [scratch] [page of code]
///                            │ the page of code copies, this kernel is gone
///                            ▼
///     2 MiB …       [the next kernel]
struct NextKernelStart {
  /// The boot information that a kernel of this kind copies.
  private static var informationSize: UInt64 { 64 << 10 }

  /// Scratch memory, for the tables of a memblock that has to grow: by so much for each entry, and at least
  /// for the regions of a large machine.
  private static var leastScratchSize: UInt64 { 256 << 10 }
  private static var scratchSizeOfEntry: UInt64 { 256 }

  private let program: ELFProgram
  private let kept: [PreservationTable.Entry]
  private let segments: [ELFProgram.Segment]

  /// What is allocated for the next kernel.
  private var runs: [Range<PageFrameNumber>] = []

  /// Reads the image.
  ///
  /// - Parameters:
  ///   - file: The ELF file.
  ///   - kept: What the image must not be put over, in the order of addresses.
  init(
    _ file: PhysicalBytes, keeping kept: [PreservationTable.Entry]
  ) throws(NextKernelError) {
    self.kept = kept
    do throws(ELFProgram.Problem) {
      program = try ELFProgram(file)
      var segments: [ELFProgram.Segment] = []
      try program.forEachSegment { segments.append($0) }
      self.segments = segments
    } catch {
      throw .image(error)
    }
    for segment in segments {
      let target = segment.target
      let isKept = kept.contains { $0.range.overlaps(target) }
      guard memoryMap.covers(target, type: .usable), !isKept else { throw .noPlace(target) }
    }
  }

  /// Puts everything into memory.
  ///
  /// - Returns: The page of code.
  mutating func prepare(
    _ information: LoaderInformation, commandLine: String?
  ) throws(NextKernelError) -> PhysicalAddress {
    let table = try writeTable()
    let told = try writeInformation(information, commandLine, table)
    return try writePage(information: told)
  }

  /// Gives back what was allocated.
  func undo() {
    for run in runs { try? pages?.free(run) }
  }

  /// Free memory below 4 GiB, in whole pages, where the image is not going to be.
  private mutating func room(for size: UInt64) throws(NextKernelError) -> AddressRange {
    var unfit: [Range<PageFrameNumber>] = []
    defer { for run in unfit { try? pages?.free(run) } }
    let count = Swift.max(1, size.alignedUp(to: PageFrameNumber.size) / PageFrameNumber.size)
    while let run = try? pages?.allocate(count: count, below: PhysicalAddress(1 << 32)) {
      let range = AddressRange(from: run.lowerBound.start, to: run.upperBound.start)
      if isInTheWay(range) {
        unfit.append(run)
      } else {
        runs.append(run)
        return range
      }
    }
    throw .noMemory
  }

  /// Whether the image is going to be over a range.
  private func isInTheWay(_ range: AddressRange) -> Bool {
    segments.contains { $0.target.overlaps(range) }
  }

  /// A copy of bytes where the image is not going to be.
  private mutating func copy(_ source: AddressRange) throws(NextKernelError) -> AddressRange {
    let place = try room(for: source.size)
    kernelWindow.copy(source, to: place.start)
    return AddressRange(at: place.start, size: source.size)
  }

  private mutating func writeTable() throws(NextKernelError) -> AddressRange {
    let tables = handOverTables ?? HandedOverTables()
    let count = tables.memory.count + tables.reserved.count + kept.count + 1
    let scratch = try room(
      for: Self.leastScratchSize + UInt64(count) * Self.scratchSizeOfEntry)
    let memory = try room(for: PreservationTable.size(ofEntries: count))
    var writer = PreservationTable.Writer(in: memory, through: kernelWindow)
    for region in tables.memory { writer.append(.init(.memory, region)) }
    for region in tables.reserved { writer.append(.init(.reserved, region)) }
    var entries = kept + [.init(.scratch, scratch)]
    entries.sort { $0.range.start < $1.range.start }
    for entry in entries { writer.append(entry) }
    do throws(PreservationViolation) {
      return try writer.finish(generation: (lastKernel?.generation ?? 0) + 1).memory
    } catch {
      throw .table(error)
    }
  }

  private mutating func writeInformation(
    _ information: LoaderInformation, _ commandLine: String?, _ table: AddressRange
  ) throws(NextKernelError) -> AddressRange {
    var writer = Multiboot2Writer(in: try room(for: Self.informationSize), through: kernelWindow)
    if let commandLine {
      writer.write(commandLine: commandLine.utf8Span.span.raw)
    } else {
      information.commandLine?.withBytes { writer.write(commandLine: $0) }
    }
    for module in try modules(information) {
      let text =
        module.commandLine ?? PhysicalBytes(at: module.range.start, count: 0, in: kernelWindow)
      text?.withBytes { writer.write(module: module.range, text: $0) }
    }
    writer.write(module: table, text: LastKernel.moduleName.utf8Span.span.raw)
    writer.write(machineOf: information)

    // The symbols, for the next kernel's reports.
    var contents: [(section: Int, memory: AddressRange)] = []
    program.forEachSymbolSection { contents.append(($0, $1.range)) }
    for index in contents.indices { contents[index].memory = try copy(contents[index].memory) }
    if let headers = program.sectionHeaders, !contents.isEmpty {
      writer.write(sections: headers, nameSection: program.nameSection) { section in
        contents.first { $0.section == section }?.memory.start
      }
    }
    guard let written = writer.finish() else { throw .tooLarge }
    return written
  }

  /// The modules that this kernel was given, moved where they are in the image's way.
  private mutating func modules(
    _ information: LoaderInformation
  ) throws(NextKernelError) -> [LoaderModule] {
    var modules: [LoaderModule] = []
    information.modules?.forEach { modules.append($0) }
    modules.removeAll(where: LastKernel.isTable)
    for index in modules.indices {
      let range = modules[index].range
      if isInTheWay(range) || range.end.value > UInt64(UInt32.max) {
        modules[index].range = try copy(range)
      }
    }
    return modules
  }

  private mutating func writePage(
    information: AddressRange
  ) throws(NextKernelError) -> PhysicalAddress {
    var contents: [AddressRange] = []
    for segment in segments { contents.append(try copy(segment.content.range)) }

    let page = try room(for: UInt64(NEXT_KERNEL_PAGE_SIZE)).start
    let code = AddressRange(
      from: KernelImage.physicalAddress(ofHigh: next_kernel_start_address()),
      to: KernelImage.physicalAddress(ofHigh: next_kernel_end_address()))
    kernelWindow.copy(code, to: page)
    var offset: UInt64 = 0
    func store(_ number: UInt64) {
      kernelWindow.store(UInt32(truncatingIfNeeded: number), at: page + offset)
      offset += 4
    }
    // The page's end is a stack of a few words.
    let room = Int(NEXT_KERNEL_PAGE_SIZE - NEXT_KERNEL_SEGMENTS) - 64
    guard contents.count * 16 <= room else { throw .tooLarge }
    offset = UInt64(NEXT_KERNEL_ENTRY)
    store(program.entry.value)
    store(information.start.value)
    store(UInt64(contents.count))
    offset = UInt64(NEXT_KERNEL_SEGMENTS)
    for (segment, content) in zip(segments, contents) {
      store(segment.target.start.value)
      store(content.start.value)
      store(content.size)
      store(segment.target.size - content.size)
    }
    return page
  }

  /// Stops everything that runs, and goes.
  static func enter(_ page: PhysicalAddress) -> Never {
    InterruptControllers.stopAll()
    next_kernel_enter(page.value)
    panic("the next kernel has returned")
  }
}
