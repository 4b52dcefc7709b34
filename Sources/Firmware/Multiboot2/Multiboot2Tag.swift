import Addressing

/// One tag of the boot information: its type and where it lies (Multiboot2, section 3.4).
public struct Multiboot2Tag: Sendable {
  /// What the tag holds (Multiboot2, sections 3.5 and 3.6).
  public let type: UInt32

  /// The distance in bytes from the start of the information to the tag's header.
  public let offset: Int

  /// The tag's size in bytes: its header of 8 bytes and its body, without padding.
  public let size: Int

  /// The bytes after the tag's header.
  public var body: Range<Int> { offset + 8..<offset + size }

  func violation(of rule: Multiboot2Rule) -> Multiboot2Violation {
    Multiboot2Violation(offset: offset, tagType: type, rule: rule)
  }

  /// The integer `distance` bytes after the tag's start, which must lie inside the tag.
  func field<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type = T.self, at distance: Int, in bytes: RawSpan
  ) throws(Multiboot2Violation) -> T {
    guard size - distance >= MemoryLayout<T>.size,
      let value = bytes.littleEndian(T.self, at: offset + distance)
    else { throw violation(of: .bodyTooSmall) }
    return value
  }

  /// The body, which must hold at least `minimum` bytes.
  func body(ofAtLeast minimum: Int) throws(Multiboot2Violation) -> Range<Int> {
    guard body.count >= minimum else { throw violation(of: .bodyTooSmall) }
    return body
  }

  /// The string `distance` bytes after the tag's start, up to its zero byte.
  func string(
    from distance: Int, in bytes: RawSpan
  ) throws(Multiboot2Violation) -> Range<Int> {
    guard distance <= size else { throw violation(of: .bodyTooSmall) }
    let start = offset + distance
    for index in start..<Swift.min(offset + size, bytes.byteCount)
    where bytes[byteAt: index] == 0 {
      return start..<index
    }
    throw violation(of: .stringUnterminated)
  }

  /// Gives `slot` its value, unless a tag before this one did.
  func setOnce<Value>(_ slot: inout Value?, _ value: Value) throws(Multiboot2Violation) {
    guard slot == nil else { throw violation(of: .tagRepeated) }
    slot = value
  }
}

/// The types of tags that this package reads (Multiboot2, sections 3.5 and 3.6).
enum Multiboot2TagType {
  static var end: UInt32 { 0 }
  static var commandLine: UInt32 { 1 }
  static var loaderName: UInt32 { 2 }
  static var module: UInt32 { 3 }
  static var basicMemory: UInt32 { 4 }
  static var memoryMap: UInt32 { 6 }
  static var framebuffer: UInt32 { 8 }
  static var elfSections: UInt32 { 9 }
  static var efiSystemTable32: UInt32 { 11 }
  static var efiSystemTable64: UInt32 { 12 }
  static var acpiOld: UInt32 { 14 }
  static var acpiNew: UInt32 { 15 }
  static var efiMemoryMap: UInt32 { 17 }
  static var efiBootServices: UInt32 { 18 }
  static var loadBase: UInt32 { 21 }
}

/// Goes from tag to tag, and never reads a byte that it has not checked to be there.
///
/// A cursor holds offsets only; the bytes are handed to it at each step, so that it can be
/// stored where a span can't.
public struct Multiboot2TagCursor: Sendable {
  private var offset: Int
  private let end: Int

  /// A cursor before the first tag of information that is `totalSize` bytes long.
  package init(totalSize: Int) {
    offset = 8
    end = totalSize
  }

  /// The next tag; `nil` at the end tag.
  ///
  /// - Throws: the rule broken by the next tag's header. There is no way on from there.
  public mutating func next(in bytes: RawSpan) throws(Multiboot2Violation) -> Multiboot2Tag? {
    guard end - offset >= 8, let type = bytes.littleEndian(UInt32.self, at: offset),
      let size = bytes.littleEndian(UInt32.self, at: offset + 4)
    else {
      throw Multiboot2Violation(offset: Swift.min(offset, end), tagType: nil, rule: .endTagMissing)
    }
    let tag = Multiboot2Tag(type: type, offset: offset, size: Int(size))
    if tag.size < 8 { throw tag.violation(of: .tagTooSmall) }
    if tag.size > end - offset { throw tag.violation(of: .tagPassesEnd) }
    if type == Multiboot2TagType.end {
      if size != 8 { throw tag.violation(of: .endTagMissing) }
      return nil
    }
    offset += (tag.size + 7) & ~7
    return tag
  }
}
