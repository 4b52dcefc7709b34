import Addressing
import Boot

/// Where the kernel's own parts stand, as the linker script laid them out.
enum KernelImage {
  /// The virtual address of physical address 0 in the kernel's own mapping.
  static var base: VirtualAddress { VirtualAddress(kernel_base()) }

  /// The whole image, from its first byte in memory to its last, stacks included.
  static var memory: AddressRange {
    physical(kernel_image_start_address(), kernel_image_end_address())
  }

  static var text: AddressRange { physical(kernel_text_start_address(), kernel_text_end_address()) }
  static var rodata: AddressRange {
    physical(kernel_rodata_start_address(), kernel_rodata_end_address())
  }
  static var data: AddressRange { physical(kernel_data_start_address(), kernel_data_end_address()) }

  /// Static memory for a copy of what the boot loader left.
  static var bootInformationCopy: AddressRange {
    physical(boot_information_copy_address(), boot_information_copy_end_address())
  }

  /// Static memory for the log of the boot until memblock gives it more.
  static var earlyLog: AddressRange {
    physical(boot_early_log_address(), boot_early_log_end_address())
  }

  /// The boot processor's stack, and the page below it that is never mapped.
  static var stack: AddressRange { physical(boot_stack_bottom_address(), boot_stack_top_address()) }
  static var stackGuard: AddressRange {
    AddressRange(at: physical(boot_stack_guard_address()), size: PageFrameNumber.size)
  }

  /// The stacks of the exceptions that may come when the other one is no good.
  static var exceptionStacks: AddressRange {
    physical(
      exception_stacks_guard_address() + PageFrameNumber.size, exception_stacks_top_address())
  }
  static var exceptionStacksGuard: AddressRange {
    AddressRange(at: physical(exception_stacks_guard_address()), size: PageFrameNumber.size)
  }

  /// Where the kernel sees the byte at `address` of its image.
  static func virtualAddress(of address: PhysicalAddress) -> VirtualAddress {
    base + address.value
  }

  /// The physical address behind `address` of the kernel's own mapping.
  static func physical(_ address: UInt64) -> PhysicalAddress {
    PhysicalAddress(address - base.value)
  }

  private static func physical(_ start: UInt64, _ end: UInt64) -> AddressRange {
    AddressRange(from: physical(start), to: physical(end))
  }
}
