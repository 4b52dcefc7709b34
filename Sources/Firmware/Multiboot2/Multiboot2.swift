import Addressing
import LoaderInformation

/// The Multiboot2 boot protocol, version 2.0, from the side of the kernel.
public enum Multiboot2 {
  /// What the loader leaves in EAX (Multiboot2, section 3.3).
  public static var magic: UInt32 { 0x36d7_6289 }

  /// The total size in bytes that the information at the start of `bytes` states, checked.
  ///
  /// For a kernel that must know how much to copy before it reads the tags; eight bytes of
  /// the information are enough where `available` tells how many more there are.
  ///
  /// - Throws: the broken rule.
  public static func totalSize(
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

  /// The well-formed modules among the tags of checked information. Malformed ones were reported
  /// when it was read.
  static func modules(of bytes: PhysicalBytes) -> LoaderList<LoaderModule> {
    LoaderList(bytes) { records, position in
      records.withBytes { bytes in
        var cursor = Multiboot2TagCursor(bytes, at: Swift.max(position, 8))
        while let tag = try? cursor.next() {
          position = cursor.position
          guard tag.type == Multiboot2TagType.module, let module = try? tag.module(of: records)
          else { continue }
          return module
        }
        return nil
      }
    }
  }
}
