import Addressing
import Boot

/// Where the kernel's own parts stand, as the linker script laid them out. All ranges are
/// physical.
package enum KernelImage {
  /// The virtual address of physical address 0 in the mapping of text, bss and stacks.
  static var base: VirtualAddress { VirtualAddress(kernel_base()) }

  /// The whole image, from its first byte in memory to its last, stacks included.
  package static var memory: AddressRange {
    range(kernel_image_start_address(), kernel_image_end_address())
  }

  package static var text: AddressRange {
    range(kernel_text_start_address(), kernel_text_end_address())
  }

  /// What is read and never written: the 32-bit entry, constants and text stand on both sides
  /// of the data, so these are two ranges.
  static var bootAndConstants: AddressRange {
    range(kernel_image_start_address(), kernel_rodata_end_address())
  }

  package static var constants: AddressRange {
    range(kernel_rodata_start_address(), kernel_rodata_end_address())
  }

  package static var data: AddressRange {
    range(kernel_data_start_address(), kernel_data_end_address())
  }

  static var bss: AddressRange { range(kernel_bss_start_address(), kernel_bss_end_address()) }

  /// Static memory for a copy of what the boot loader left.
  static var bootInformationCopy: AddressRange {
    range(ofHigh: boot_information_copy_address(), boot_information_copy_end_address())
  }

  /// Static memory for the log of the boot until memblock gives it more.
  static var earlyLog: AddressRange {
    range(ofHigh: boot_early_log_address(), boot_early_log_end_address())
  }

  /// Static memory for what is done about each vector.
  static var interruptVectors: AddressRange {
    range(ofHigh: boot_interrupt_vectors_address(), boot_interrupt_vectors_end_address())
  }

  /// All stacks with their guard pages: the boot processor's, and those of the exceptions that
  /// may arrive on a bad stack pointer.
  private static var stacks: AddressRange {
    range(ofHigh: boot_stack_guard_address(), machine_check_stack_top_address())
  }

  /// The page below each stack, which is never mapped; in ascending order.
  static var guardPages: InlineArray<4, AddressRange> {
    [
      page(ofHigh: boot_stack_guard_address()), page(ofHigh: double_fault_guard_address()),
      page(ofHigh: non_maskable_guard_address()), page(ofHigh: machine_check_guard_address()),
    ]
  }

  /// Whether all of a range is in one stack.
  static func isStack(_ range: AddressRange) -> Bool {
    guard stacks.contains(range) else { return false }
    let guardPages = guardPages
    for index in guardPages.indices where guardPages[index].overlaps(range) { return false }
    return true
  }

  /// Whether a virtual address is in the guard page of a stack.
  static func isGuardPage(_ address: UInt64) -> Bool {
    guard address >= base.value else { return false }
    let guardPages = guardPages
    for index in guardPages.indices
    where guardPages[index].contains(physicalAddress(ofHigh: address)) {
      return true
    }
    return false
  }

  /// Whether the kernel's instructions are at that virtual address.
  static func isText(_ address: UInt64) -> Bool {
    address >= base.value && text.contains(physicalAddress(ofHigh: address))
  }

  /// Where text, bss and stacks are linked.
  package static func highAddress(of address: PhysicalAddress) -> VirtualAddress {
    base + address.value
  }

  /// Where constants and data are linked.
  package static func lowAddress(of address: PhysicalAddress) -> VirtualAddress {
    VirtualAddress(address - memory.start)
  }

  /// The physical address behind an address of text, bss or a stack.
  static func physicalAddress(ofHigh address: UInt64) -> PhysicalAddress {
    PhysicalAddress(address - base.value)
  }

  private static func page(ofHigh address: UInt64) -> AddressRange {
    AddressRange(at: physicalAddress(ofHigh: address), size: PageFrameNumber.size)
  }

  private static func range(_ start: UInt64, _ end: UInt64) -> AddressRange {
    AddressRange(from: PhysicalAddress(start), to: PhysicalAddress(end))
  }

  private static func range(ofHigh start: UInt64, _ end: UInt64) -> AddressRange {
    AddressRange(
      from: physicalAddress(ofHigh: start), to: physicalAddress(ofHigh: end))
  }
}
