public import Addressing
public import Firmware
public import PageAllocator

/// Why memory is not preserved, or the next kernel not started.
public enum NextKernelError: Error {
  /// A name has 1 to 15 bytes, none of them zero.
  case invalidName
  /// The frame is no RAM that the page allocator knows.
  case notMemory(PageFrameNumber)
  /// The frame is free: the page allocator may give it away.
  case isFree(PageFrameNumber)
  /// Some of the memory is kept under that name already.
  case alreadyKept(String)
  /// The image can't be read, or can't be started.
  case image(ELFProgram.Problem)
  /// The image would be put where there is no RAM, or over what is kept.
  case noPlace(AddressRange)
  /// There is no free memory below 4 GiB for what the next kernel is told.
  case noMemory
  /// More segments, or more boot information, than there is room for.
  case tooLarge
  /// The table for the next kernel breaks a rule.
  case table(PreservationViolation)
  /// This is not the boot processor, which alone can be the next kernel's.
  case notBootProcessor
}

/// The kernel after this one: what it is to get, and its start without the firmware in between (Linux:
/// kexec, with a kexec handover).
///
/// ```swift
/// let block = try machine.memory.pages.allocateOwned(FrameRequest(order: 4))
/// try machine.nextKernel.preserve(block, named: "cache")
/// try machine.nextKernel.start(machine.modules[0].range)
/// // in the next kernel
/// let cache = machine.lastKernel?.preserved.first { $0.name == "cache" }
/// ```
/// To be used from one processor at a time.
public struct NextKernel {
  let information: BootInformation

  /// Preserves frames: the next kernel finds them as they are when it is started.
  ///
  /// They stay whose they are, and must stay allocated. O(n) in frames and in what is preserved.
  ///
  /// - Parameters:
  ///   - frames: Allocated frames, or reserved ones, as those that the last kernel has preserved are.
  ///   - name: 1 to 15 bytes. Several ranges may have one name.
  @export(interface)
  public func preserve(
    _ frames: Range<PageFrameNumber>, named name: String
  ) throws(NextKernelError) {
    guard let kept = PreservedName(name.utf8Span.span.raw) else { throw .invalidName }
    guard !frames.isEmpty, let pages else { throw .notMemory(frames.lowerBound) }
    var frame = frames.lowerBound
    while frame < frames.upperBound {
      guard let state = pages.state(of: frame) else { throw .notMemory(frame) }
      if state == .free { throw .isFree(frame) }
      frame = frame + 1
    }
    let range = AddressRange(from: frames.lowerBound.start, to: frames.upperBound.start)
    if let taken = Self.kept.first(where: { $0.range.overlaps(range) }) {
      throw .alreadyKept(PreservedMemory(taken).name)
    }
    preservedMemory = (preservedMemory ?? []) + [.init(.pages, range, name: kept)]
  }

  /// Preserves a block, which is nobody's from here on. Where that is refused it is freed.
  @export(interface)
  public func preserve(
    _ block: consuming OwnedBlock, named name: String
  ) throws(NextKernelError) {
    try preserve(block.frames, named: name)
    _ = block.take()
  }

  /// What is preserved so far, in the order of addresses.
  @export(interface)
  public var preserved: [PreservedMemory] {
    Self.kept.filter { $0.kind == .pages }.map { PreservedMemory($0) }
  }

  /// No longer preserves what has a name. The frames stay whose they are.
  @export(interface)
  public func forget(named name: String) {
    preservedMemory?.removeAll { PreservedMemory($0).name == name }
  }

  /// Starts the next kernel. Nothing that runs here is told: the other processors stop where they are,
  /// interrupts with them; devices that write to memory by themselves must be stopped before.
  ///
  /// It is a Multiboot2 kernel, and is told what this one was told of the machine, with the same modules,
  /// and one more, `preserved-memory`: a ``PreservationTable``. What is preserved, and what `reserve_mem=`
  /// has set apart, is in the table; all other memory is the next kernel's to use. On the boot processor,
  /// and not from an interrupt handler. O(n) in the image and what is preserved.
  ///
  /// - Parameters:
  ///   - image: The kernel's ELF file in physical memory; it may lie where the kernel is going to be.
  ///   - commandLine: The next kernel's; this one's where there is none.
  /// - Throws: before anything is stopped; everything is as it was then.
  @export(interface)
  public func start(
    _ image: AddressRange, commandLine: String? = nil
  ) throws(NextKernelError) -> Never {
    guard withInterruptsOff({ currentProcessor == 0 }) else { throw .notBootProcessor }
    guard let file = PhysicalBytes(image, in: kernelWindow) else { throw .image(.cut) }
    var start = try NextKernelStart(file, keeping: Self.kept)
    let page: PhysicalAddress
    do throws(NextKernelError) {
      page = try start.prepare(information.contents, commandLine: commandLine)
    } catch {
      start.undo()
      throw error
    }
    console.write("Next kernel: it is started, with ")
    console.write(decimal: UInt64(Self.kept.count))
    console.write(" ranges that are kept\n")
    console.note(.nextKernel)
    NextKernelStart.enter(page)
  }

  /// What the next kernel finds as it is, in the order of addresses.
  private static var kept: [PreservationTable.Entry] {
    var entries = preservedMemory ?? []
    memblock.forEachNamedReservation { entries.append($0) }
    return entries.sorted { $0.range.start < $1.range.start }
  }
}

extension BootedMachine {
  /// The kernel after this one, and what it is to get.
  public var nextKernel: NextKernel { NextKernel(information: information) }
}

/// What is preserved; `nil` for nothing.
@safe nonisolated(unsafe) private var preservedMemory: [PreservationTable.Entry]?
