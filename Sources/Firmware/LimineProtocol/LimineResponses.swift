import Addressing

/// Where the Limine loader put its answers to a kernel's requests (The Limine Boot Protocol,
/// "Features"): the `response` pointers of the requests in the kernel's image, as they are, with
/// the offset of the direct map in the higher half. `nil` stands for a null pointer, and for what
/// was not asked for.
public struct LimineResponses: Sendable {
  /// The name and version of the loader.
  public var bootloaderInfo: VirtualAddress?
  /// The kernel's command line.
  public var executableCommandLine: VirtualAddress?
  /// The memory map.
  public var memoryMap: VirtualAddress?
  /// The modules.
  public var modules: VirtualAddress?
  /// The framebuffers; the first one counts.
  public var framebuffer: VirtualAddress?
  /// ACPI's root pointer.
  public var rootPointer: VirtualAddress?
  /// EFI's system table.
  public var efiSystemTable: VirtualAddress?
  /// EFI's memory map.
  public var efiMemoryMap: VirtualAddress?

  /// No answers yet.
  public init() {}
}
