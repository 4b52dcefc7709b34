import Addressing
import Boot
import PageAllocator
import X86

/// What a processor finds through GS, in a frame of its own:
///
///     0    its number
///     64   its segment descriptors, in which only the task-state segment is its own
///     128  its task-state segment (SDM volume 3, figure 8-11)
///
/// The boot processor keeps the descriptors and the segment of the image.
struct ProcessorArea {
  private let frame: PhysicalAddress

  private static let descriptors: UInt64 = 64
  private static let taskState: UInt64 = 128
  private static let taskStateSize: UInt64 = 104

  /// Makes an area; `nil` where there is no frame for it.
  init?(number: Int, stacks: ProcessorStacks?) {
    guard let frame = try? pages?.allocate(FrameRequest(order: 0)) else { return nil }
    self.frame = frame.start
    kernelWindow.fill(AddressRange(at: frame.start, size: PageFrameNumber.size))
    store(UInt64(number), at: 0)
    guard let stacks else { return }
    for offset in stride(from: 0, to: Self.descriptorsSize, by: 8) {
      store(readRegister64(gdt_address() + offset), at: Self.descriptors + offset)
    }
    // SDM volume 3, figure 8-4: an available 64-bit task-state segment.
    let base = address(of: Self.taskState)
    let low = (base & 0xff_ffff) << 16 | (base >> 24 & 0xff) << 56
    let entry = Self.descriptors + UInt64(TASK_SELECTOR)
    store(low | 0x89 << 40 | (Self.taskStateSize - 1), at: entry)
    store(base >> 32, at: entry + 8)
    for index in 0..<UInt64(3) {
      storeHalves(stacks.exceptionTop(index).value, at: Self.taskState + 36 + 8 * index)
    }
    // The segment ends where a map of I/O permissions would start.
    store(Self.taskStateSize << 48, at: Self.taskState + 96)
  }

  private static var descriptorsSize: UInt64 { UInt64(GDT_SIZE) }

  /// Points GS here, on the processor that this runs on. In ring 3 GS points to 0.
  func enter() {
    writeModelSpecificRegister(UInt32(GS_BASE_REGISTER), address(of: 0))
    writeModelSpecificRegister(0xc000_0102, 0)  // the one that `swapgs` exchanges with it
  }

  /// The address of the task-state segment of the processor that this runs on. With interrupts off.
  static var currentTaskState: UInt64 {
    guard let current = processorSet?.current, current.number > 0 else {
      return task_state_address()
    }
    return current.area.address(of: taskState)
  }

  /// The stack that the processor that this runs on enters from ring 3. With interrupts off.
  static var stackFromUserMode: UInt64 {
    get { readRegister64(currentTaskState + 4) }
    set { writeWord(newValue, toAddress: currentTaskState + 4) }
  }

  /// Uses the descriptors, on the processor that this runs on.
  func loadDescriptors() {
    loadGlobalDescriptorTable(
      at: address(of: Self.descriptors), size: UInt16(Self.descriptorsSize))
    loadTaskRegister(UInt16(TASK_SELECTOR))
  }

  private func address(of offset: UInt64) -> UInt64 {
    kernelWindow.virtualAddress(of: frame + offset).value
  }

  private func store(_ word: UInt64, at offset: UInt64) {
    kernelWindow.store(word, at: frame + offset)
  }

  /// The segment's addresses are not aligned to their size.
  private func storeHalves(_ word: UInt64, at offset: UInt64) {
    kernelWindow.store(UInt32(truncatingIfNeeded: word), at: frame + offset)
    kernelWindow.store(UInt32(truncatingIfNeeded: word >> 32), at: frame + offset + 4)
  }
}
