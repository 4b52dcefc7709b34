import Addressing
import EFI
import LoaderInformation

/// Multiboot2's boot information (Multiboot2, section 3), checked.
///
/// A tag of a type unknown here is ignored. A malformed tag costs itself: one line on the log, and
/// the rest is read on. Only where a tag's own size is broken there is no way on; the tags before
/// it stand.
extension LoaderInformation {
  /// Reads the boot information. O(n) in bytes.
  ///
  /// - Parameters:
  ///   - bytes: The information, as long as its header says; see
  ///     `Multiboot2.totalSize(of:)`.
  ///   - log: Takes a line for each malformed tag.
  /// - Throws: the rule broken by the information's own header.
  public init(
    multiboot2 bytes: PhysicalBytes, log: inout some TextSink & ~Copyable
  ) throws(Multiboot2Violation) {
    self.init()
    let size = try bytes.withBytes { (bytes) throws(Multiboot2Violation) in
      try Multiboot2.totalSize(of: bytes)
    }
    let whole = bytes.part(0..<size)
    structures = LoaderList(whole) { bytes, position in
      defer { position += 1 }
      return position == 0 ? bytes.range : nil
    }
    whole.withBytes { bytes in
      var cursor = Multiboot2TagCursor(bytes)
      while true {
        do throws(Multiboot2Violation) {
          guard let tag = try cursor.next() else { return }
          do throws(Multiboot2Violation) {
            try record(tag, of: whole)
          } catch {
            error.write(to: &log)
          }
        } catch {
          error.write(to: &log)
          return
        }
      }
    }
  }

  private mutating func record(
    _ tag: borrowing Multiboot2Tag, of bytes: PhysicalBytes
  ) throws(Multiboot2Violation) {
    switch tag.type {
    case Multiboot2TagType.commandLine:
      try tag.setOnce(&commandLine, bytes.part(tag.string(from: 8)))
    case Multiboot2TagType.loaderName:
      try tag.setOnce(&loaderName, bytes.part(tag.string(from: 8)))
    case Multiboot2TagType.module:
      _ = try tag.module(of: bytes)
      if modules == nil { modules = Multiboot2.modules(of: bytes) }
    case Multiboot2TagType.basicMemory:
      try tag.setOnce(&basicMemory, tag.basicMemory)
    case Multiboot2TagType.memoryMap:
      try tag.setOnce(&memoryMap, tag.memoryMap(of: bytes))
    case Multiboot2TagType.framebuffer:
      try tag.setOnce(&framebuffer, tag.framebuffer)
    case Multiboot2TagType.elfSections:
      try tag.setOnce(&elfSections, tag.elfSections(of: bytes))
    case Multiboot2TagType.efiMemoryMap:
      try tag.setOnce(&efiMemoryMap, tag.efiMemoryMap(of: bytes))
    case Multiboot2TagType.efiSystemTable32:
      let address: UInt32 = try tag.field(at: 8)
      try tag.setOnce(&efiSystemTable, PhysicalAddress(UInt64(address)))
    case Multiboot2TagType.efiSystemTable64:
      try tag.setOnce(&efiSystemTable, PhysicalAddress(tag.field(at: 8)))
    case Multiboot2TagType.efiBootServices:
      hasEFIBootServices = true
    case Multiboot2TagType.acpiOld:
      try tag.setOnce(&acpiOldRootPointer, bytes.part(tag.body(ofAtLeast: 20)))
    case Multiboot2TagType.acpiNew:
      try tag.setOnce(&acpiRootPointer, bytes.part(tag.body(ofAtLeast: 36)))
    case Multiboot2TagType.loadBase:
      let address: UInt32 = try tag.field(at: 8)
      try tag.setOnce(&loadBase, PhysicalAddress(UInt64(address)))
    default:
      break
    }
  }
}
