import ACPI
import Addressing
import EFI

/// What a boot loader says about the machine and the kernel it loaded, whichever loader it is.
///
/// The parsers of the boot protocols fill it; who has a protocol of their own can, too. Whatever
/// has a variable length lies in memory where the loader put it, and each piece knows where that
/// is (`PhysicalBytes`): the value can be kept in a global or passed around as long
/// as that memory stays as it is. Bytes that change in between can't harm: every read is checked.
public struct LoaderInformation: Sendable {
  /// The kernel command line, without its terminating zero.
  public var commandLine: PhysicalBytes?
  /// The boot loader's name, without a terminating zero.
  public var loaderName: PhysicalBytes?

  /// What the loader says about physical memory, in any order and with overlaps.
  public var memoryMap: LoaderList<LoaderMemoryRange>?
  /// How much memory the BIOS counts below and above 1 MiB.
  public var basicMemory: BasicMemory?
  /// The files that the loader put into memory beside the kernel, in the order in which it did.
  public var modules: LoaderList<LoaderModule>?
  /// The memory that the loader's own structures take, which what stands here is read from.
  public var structures: LoaderList<AddressRange>?

  /// The screen that the loader set up.
  public var framebuffer: Framebuffer?
  /// The section headers of the kernel's ELF file, as loaded.
  public var elfSections: ELFSectionTable?
  /// Where the loader put the kernel's image, when it was free to choose.
  public var loadBase: PhysicalAddress?

  /// EFI's memory map.
  public var efiMemoryMap: EFIMemoryMap?
  /// The physical address of the EFI system table, 32-bit or 64-bit.
  public var efiSystemTable: PhysicalAddress?
  /// Whether the loader left EFI's boot services running.
  public var hasEFIBootServices = false

  /// The root pointer of ACPI 2.0 and later, or a copy of it: at least 36 bytes.
  public var acpiRootPointer: PhysicalBytes?
  /// The root pointer of ACPI 1.0, or a copy of it: at least 20 bytes.
  public var acpiOldRootPointer: PhysicalBytes?

  /// What a loader says that says nothing.
  public init() {}
}

extension LoaderInformation {
  /// Names the root pointer at an address, as loaders that don't copy it do: by the revision in it
  /// the old one or the new one. Nothing is named where the window doesn't show it.
  public mutating func setRootPointer(
    at address: PhysicalAddress, in window: PhysicalMemoryWindow
  ) {
    guard let old = PhysicalBytes(at: address, count: 20, in: window) else { return }
    if old.littleEndian(UInt8.self, at: 15) ?? 0 >= 2 {
      acpiRootPointer = PhysicalBytes(at: address, count: 36, in: window)
    } else {
      acpiOldRootPointer = old
    }
  }

  /// Finds ACPI's root pointer: the one that the loader names, or, where it names none that is
  /// right, by searching the BIOS's memory.
  ///
  /// - Parameters:
  ///   - window: Where physical memory can be seen, the first MiB at least.
  ///   - log: Takes a line for a pointer that is broken, and one where there is none.
  /// - Returns: the pointer; `nil` where there is none.
  public func findRootPointer(
    through window: PhysicalMemoryWindow, log: inout some TextSink & ~Copyable
  ) -> ACPIRootPointer? {
    if let pointer = Self.parse(acpiRootPointer, log: &log) { return pointer }
    if let pointer = Self.parse(acpiOldRootPointer, log: &log) { return pointer }
    if let pointer = ACPIRootPointer.search(through: window) { return pointer }
    log.write("ACPI: no root pointer found\n")
    return nil
  }

  private static func parse(
    _ named: PhysicalBytes?, log: inout some TextSink & ~Copyable
  ) -> ACPIRootPointer? {
    guard let named else { return nil }
    do throws(ACPIProblem) {
      return try named.withBytes { (bytes) throws(ACPIProblem) in try ACPIRootPointer(bytes) }
    } catch {
      log.write("ACPI: the boot loader's root pointer: ")
      log.write(error.text)
      log.write("; not used\n")
      return nil
    }
  }
}
