import Addressing

/// Where ACPI's tables start: the root system description pointer (ACPI 6.5, section 5.2.5).
public struct ACPIRootPointer: Sendable, Equatable {
  /// 0 for ACPI 1.0, 2 for what came after.
  public let revision: UInt8

  /// The table of tables, with entries of 64 bits (XSDT) or 32 bits (RSDT).
  public let rootTable: PhysicalAddress

  /// Whether the table's entries have 64 bits.
  public let isExtended: Bool

  /// Reads a root pointer at `offset` of `bytes`, its signature, length and checksums checked.
  ///
  /// - Throws: what is wrong with it.
  public init(at offset: Int, of bytes: RawSpan) throws(ACPIProblem) {
    guard offset >= 0, offset <= bytes.byteCount, bytes.byteCount - offset >= 20 else {
      throw .length
    }
    guard bytes.text(offset..<offset + 8, equals: "RSD PTR ") else { throw .signature }
    guard bytes.addUpToZero(offset..<offset + 20) else { throw .checksum }
    revision = bytes[byteAt: offset + 15]
    let rsdt = bytes.littleEndian(UInt32.self, at: offset + 16) ?? 0
    var xsdt: UInt64 = 0
    if revision >= 2 {
      // The second checksum is over 36 bytes, whatever length is stated, as in Linux.
      guard bytes.byteCount - offset >= 36 else { throw .length }
      guard bytes.addUpToZero(offset..<offset + 36) else { throw .checksum }
      xsdt = bytes.littleEndian(UInt64.self, at: offset + 24) ?? 0
    }
    isExtended = xsdt != 0
    rootTable = PhysicalAddress(isExtended ? xsdt : UInt64(rsdt))
    guard rootTable.value != 0 else { throw .noRootTable }
  }

  /// Finds the root pointer: in the copies that the boot loader made, or, where it made none,
  /// by searching the BIOS's memory.
  ///
  /// - Parameters:
  ///   - information: The boot information.
  ///   - bytes: The bytes it was read from.
  ///   - window: Where physical memory can be seen, the first MiB at least.
  ///   - log: Takes a line for a copy that is broken, and one where there is no root pointer.
  /// - Returns: the pointer; `nil` where there is none.
  public static func find(
    in information: Multiboot2Information, _ bytes: RawSpan,
    through window: PhysicalMemoryWindow, log: inout some TextSink & ~Copyable
  ) -> ACPIRootPointer? {
    if let pointer = take(information.acpiNew, bytes, log: &log) { return pointer }
    if let pointer = take(information.acpiOld, bytes, log: &log) { return pointer }
    if let pointer = search(through: window) { return pointer }
    log.write("ACPI: no root pointer found\n")
    return nil
  }

  private static func take(
    _ copy: Range<Int>?, _ bytes: RawSpan, log: inout some TextSink & ~Copyable
  ) -> ACPIRootPointer? {
    guard let copy else { return nil }
    do throws(ACPIProblem) {
      return try ACPIRootPointer(at: 0, of: bytes.extracting(copy))
    } catch {
      log.write("ACPI: the boot loader's root pointer: ")
      log.write(error.text)
      log.write("; not used\n")
      return nil
    }
  }

  /// Searches the first KiB of the extended BIOS data area, and 0xe0000 to 1 MiB, at multiples
  /// of 16 (ACPI 6.5, section 5.2.5.1).
  public static func search(through window: PhysicalMemoryWindow) -> ACPIRootPointer? {
    let segmentAddress = PhysicalAddress(0x40e)
    if window.range.contains(AddressRange(at: segmentAddress, size: 2)) {
      let area = UInt64(window.load(UInt16.self, at: segmentAddress)) << 4
      if area > 0x400, area < 0xa_0000 {
        let size = Swift.min(1024, 0xa_0000 - area)
        let range = AddressRange(at: PhysicalAddress(area), size: size)
        if let pointer = search(range, through: window) { return pointer }
      }
    }
    let rom = AddressRange(from: PhysicalAddress(0xe_0000), to: PhysicalAddress(0x10_0000))
    return search(rom, through: window)
  }

  private static func search(
    _ range: AddressRange, through window: PhysicalMemoryWindow
  ) -> ACPIRootPointer? {
    guard window.range.contains(range) else { return nil }
    return window.withBytes(of: range) { bytes in
      for offset in stride(from: 0, to: bytes.byteCount, by: 16) {
        if let pointer = try? ACPIRootPointer(at: offset, of: bytes) { return pointer }
      }
      return nil
    }
  }
}
