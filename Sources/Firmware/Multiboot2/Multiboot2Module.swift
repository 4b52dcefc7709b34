import Addressing

/// A file that the boot loader put into memory beside the kernel (Multiboot2, section 3.6.6).
public struct Multiboot2Module: Sendable {
  /// The physical memory that the file takes.
  public let range: AddressRange

  /// The file's command line, without its terminating zero, as a range of the information's
  /// bytes.
  public let commandLine: Range<Int>

  init(_ tag: Multiboot2Tag, in bytes: RawSpan) throws(Multiboot2Violation) {
    let start: UInt32 = try tag.field(at: 8, in: bytes)
    let end: UInt32 = try tag.field(at: 12, in: bytes)
    guard start <= end else { throw tag.violation(of: .moduleUpsideDown) }
    range = AddressRange(
      from: PhysicalAddress(UInt64(start)), to: PhysicalAddress(UInt64(end)))
    commandLine = try tag.string(from: 16, in: bytes)
  }
}

/// Goes from module to module in the order in which the loader loaded them.
public struct Multiboot2ModuleCursor: Sendable {
  private var tags: Multiboot2TagCursor

  init(_ tags: Multiboot2TagCursor) {
    self.tags = tags
  }

  /// The next well-formed module; `nil` where there is none. O(n) in tags passed over.
  ///
  /// Malformed ones were reported when the information was read.
  public mutating func next(in bytes: RawSpan) -> Multiboot2Module? {
    while let tag = try? tags.next(in: bytes) {
      guard tag.type == Multiboot2TagType.module,
        let module = try? Multiboot2Module(tag, in: bytes)
      else { continue }
      return module
    }
    return nil
  }
}

extension Multiboot2Information {
  /// A cursor before the first module.
  public var modules: Multiboot2ModuleCursor { Multiboot2ModuleCursor(tags) }
}
