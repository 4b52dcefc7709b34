import Addressing

/// What the boot loader says about the machine and the kernel it loaded: the Multiboot2 boot
/// information (Multiboot2, section 3), checked and indexed.
///
/// The structure holds offsets and numbers, not spans, so that it can be kept in a global or
/// passed around while the bytes stay where the kernel put them; whatever has a variable
/// length is read by handing the same bytes in again. Bytes that changed in between can't
/// harm: every read is checked.
///
/// A tag of a type unknown here is passed over. A malformed tag costs itself: one line on the
/// log, and the rest is read on. Only where a tag's own size is broken there is no way on; the
/// tags before it stand.
public struct Multiboot2Information: Sendable {
  /// The size of the information in bytes, as its header states it.
  public private(set) var totalSize = 0
  /// The kernel command line, without its terminating zero.
  public private(set) var commandLine: Range<Int>?
  /// The boot loader's name, without its terminating zero.
  public private(set) var loaderName: Range<Int>?
  /// The number of well-formed module tags; ``modules`` goes through them.
  public private(set) var moduleCount = 0
  /// How much memory the BIOS counts below and above 1 MiB.
  public private(set) var basicMemory: Multiboot2BasicMemory?
  /// The memory map: entries of at least 24 bytes.
  public private(set) var memoryMap: Multiboot2Table?
  /// The framebuffer that the loader set up.
  public private(set) var framebuffer: Multiboot2Framebuffer?
  /// The section headers of the kernel's ELF file, as loaded.
  public private(set) var elfSections: Multiboot2Table?
  /// The EFI memory map: descriptors of at least 40 bytes (UEFI 2.10, section 7.2.3).
  public private(set) var efiMemoryMap: Multiboot2Table?
  /// The physical address of the EFI system table, 32-bit or 64-bit.
  public private(set) var efiSystemTable: PhysicalAddress?
  /// Whether the loader left EFI's boot services running.
  public private(set) var hasEFIBootServices = false
  /// A copy of ACPI 1.0's root pointer, 20 bytes or more.
  public private(set) var acpiOld: Range<Int>?
  /// A copy of the root pointer of ACPI 2.0 and later, 36 bytes or more.
  public private(set) var acpiNew: Range<Int>?
  /// Where the loader put the kernel's image, when it was free to choose.
  public private(set) var loadBase: PhysicalAddress?

  /// Reads the boot information at the start of `bytes`. O(n) in bytes.
  ///
  /// - Parameters:
  ///   - bytes: The information; bytes past its stated total size are not looked at.
  ///   - log: Takes a line for each malformed tag.
  /// - Throws: the rule broken by the information's own header.
  public init(
    reading bytes: RawSpan, log: inout some TextSink & ~Copyable
  ) throws(Multiboot2Violation) {
    totalSize = try Self.checkedTotalSize(of: bytes)
    var cursor = tags
    while true {
      do throws(Multiboot2Violation) {
        guard let tag = try cursor.next(in: bytes) else { return }
        do throws(Multiboot2Violation) {
          try take(tag, in: bytes)
        } catch {
          error.write(to: &log)
        }
      } catch {
        error.write(to: &log)
        return
      }
    }
  }

  /// A cursor before the first tag.
  public var tags: Multiboot2TagCursor { Multiboot2TagCursor(totalSize: totalSize) }

  /// The total size that the information at the start of `bytes` states, checked.
  ///
  /// For a kernel that must know how much to copy before it reads the tags; eight bytes of
  /// the information are enough where `available` tells how many more there are.
  ///
  /// - Throws: the broken rule.
  public static func checkedTotalSize(
    of bytes: RawSpan, available: Int? = nil
  ) throws(Multiboot2Violation) -> Int {
    let available = available ?? bytes.byteCount
    guard let size = bytes.littleEndian(UInt32.self, at: 0), available >= 16, size >= 16 else {
      throw Multiboot2Violation(offset: 0, tagType: nil, rule: .informationTooShort)
    }
    guard size <= available else {
      throw Multiboot2Violation(offset: 0, tagType: nil, rule: .totalSizePassesEnd)
    }
    guard size % 8 == 0 else {
      throw Multiboot2Violation(offset: 0, tagType: nil, rule: .totalSizeMisaligned)
    }
    return Int(size)
  }

  private mutating func take(
    _ tag: Multiboot2Tag, in bytes: RawSpan
  ) throws(Multiboot2Violation) {
    switch tag.type {
    case Multiboot2TagType.commandLine:
      try tag.setOnce(&commandLine, tag.string(from: 8, in: bytes))
    case Multiboot2TagType.loaderName:
      try tag.setOnce(&loaderName, tag.string(from: 8, in: bytes))
    case Multiboot2TagType.module:
      _ = try Multiboot2Module(tag, in: bytes)
      moduleCount += 1
    case Multiboot2TagType.basicMemory:
      try tag.setOnce(&basicMemory, Multiboot2BasicMemory(tag, in: bytes))
    case Multiboot2TagType.memoryMap:
      try tag.setOnce(&memoryMap, Multiboot2Table(memoryMap: tag, in: bytes))
    case Multiboot2TagType.framebuffer:
      try tag.setOnce(&framebuffer, Multiboot2Framebuffer(tag, in: bytes))
    case Multiboot2TagType.elfSections:
      try tag.setOnce(&elfSections, Multiboot2Table(elfSections: tag, in: bytes))
    case Multiboot2TagType.efiMemoryMap:
      try tag.setOnce(&efiMemoryMap, Multiboot2Table(efiMemoryMap: tag, in: bytes))
    case Multiboot2TagType.efiSystemTable32:
      let address: UInt32 = try tag.field(at: 8, in: bytes)
      try tag.setOnce(&efiSystemTable, PhysicalAddress(UInt64(address)))
    case Multiboot2TagType.efiSystemTable64:
      try tag.setOnce(&efiSystemTable, PhysicalAddress(tag.field(at: 8, in: bytes)))
    case Multiboot2TagType.efiBootServices:
      hasEFIBootServices = true
    case Multiboot2TagType.acpiOld:
      try tag.setOnce(&acpiOld, tag.body(ofAtLeast: 20))
    case Multiboot2TagType.acpiNew:
      try tag.setOnce(&acpiNew, tag.body(ofAtLeast: 36))
    case Multiboot2TagType.loadBase:
      let address: UInt32 = try tag.field(at: 8, in: bytes)
      try tag.setOnce(&loadBase, PhysicalAddress(UInt64(address)))
    default:
      break
    }
  }
}
