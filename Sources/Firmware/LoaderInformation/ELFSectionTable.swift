import Addressing

/// The section headers of the kernel's ELF file (System V ABI, chapter 4), with the addresses at
/// which the loader put the sections' contents.
public struct ELFSectionTable: Sendable {
  private let bytes: PhysicalBytes

  /// The distance in bytes from one header to the next.
  public let headerSize: Int

  /// The number of headers.
  public let count: Int

  /// The physical memory that the headers take.
  public var memory: AddressRange { bytes.range }

  /// A table of `count` headers; `nil` where the bytes don't hold them.
  public init?(_ bytes: PhysicalBytes, headerSize: UInt32, count: UInt32) {
    guard headerSize >= 40, UInt64(headerSize) * UInt64(count) <= bytes.range.size else {
      return nil
    }
    self.headerSize = Int(headerSize)
    self.count = Int(count)
    self.bytes = bytes.part(0..<self.headerSize * self.count)
  }

  /// The header at `index`; traps outside the table.
  public subscript(index: Int) -> PhysicalBytes {
    precondition(index >= 0 && index < count, "no such section")
    return bytes.part(index * headerSize..<(index + 1) * headerSize)
  }
}
