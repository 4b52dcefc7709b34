import Addressing

/// Where ACPI's tables start: the root system description pointer (ACPI 6.5, section 5.2.5).
public struct ACPIRootPointer: Sendable, Equatable {
  /// 0 for ACPI 1.0, 2 for what came after.
  public let revision: UInt8

  /// The table of tables, with entries of 64 bits (XSDT) or 32 bits (RSDT).
  public let rootTable: PhysicalAddress

  /// Whether the table's entries have 64 bits.
  public let isExtended: Bool

  /// Reads the root pointer at the start of `bytes`, its signature, length and checksums checked.
  ///
  /// - Throws: what is wrong with it.
  public init(_ bytes: RawSpan) throws(ACPIProblem) {
    guard bytes.byteCount >= 20 else { throw .length }
    guard bytes.starts(with: "RSD PTR ") else { throw .signature }
    guard bytes.extracting(0..<20).addsUpToZero else { throw .checksum }
    revision = bytes[byteAt: 15]
    let rsdt = bytes.littleEndian(UInt32.self, at: 16) ?? 0
    var xsdt: UInt64 = 0
    if revision >= 2 {
      // The second checksum is over 36 bytes, whatever length is stated, as in Linux.
      guard bytes.byteCount >= 36 else { throw .length }
      guard bytes.extracting(0..<36).addsUpToZero else { throw .checksum }
      xsdt = bytes.littleEndian(UInt64.self, at: 24) ?? 0
    }
    isExtended = xsdt != 0
    rootTable = PhysicalAddress(isExtended ? xsdt : UInt64(rsdt))
    guard rootTable.value != 0 else { throw .noRootTable }
  }

  /// Searches the first KiB of the extended BIOS data area, and 0xe0000 to 1 MiB, at multiples
  /// of 16 (ACPI 6.5, section 5.2.5.1).
  ///
  /// - Parameter window: Where physical memory can be seen, the first MiB at least.
  /// - Returns: the first pointer that is right; `nil` where there is none.
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
    PhysicalBytes(range, in: window)?.withBytes { bytes in
      for offset in stride(from: 0, to: bytes.byteCount, by: 16) {
        let rest = bytes.extracting(offset..<bytes.byteCount)
        if let pointer = try? ACPIRootPointer(rest) { return pointer }
      }
      return nil
    }
  }
}
