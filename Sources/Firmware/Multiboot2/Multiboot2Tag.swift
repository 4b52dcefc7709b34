import Addressing

/// One tag of the boot information: its type and its bytes (Multiboot2, section 3.4).
struct Multiboot2Tag: ~Escapable {
  /// What the tag holds (Multiboot2, sections 3.5 and 3.6).
  let type: UInt32

  /// The distance in bytes from the start of the information to the tag's header.
  let offset: Int

  /// The tag's bytes: its header of 8 bytes and its body, without padding.
  let bytes: RawSpan

  @_lifetime(copy bytes)
  init(type: UInt32, offset: Int, bytes: RawSpan) {
    self.type = type
    self.offset = offset
    self.bytes = bytes
  }

  func violation(of rule: Multiboot2Rule) -> Multiboot2Violation {
    Multiboot2Violation(offset: offset, tagType: type, rule: rule)
  }

  /// The integer `distance` bytes after the tag's start, which must lie inside the tag.
  func field<T: FixedWidthInteger & BitwiseCopyable>(
    _ type: T.Type = T.self, at distance: Int
  ) throws(Multiboot2Violation) -> T {
    guard let value = bytes.littleEndian(T.self, at: distance) else {
      throw violation(of: .bodyTooSmall)
    }
    return value
  }

  /// Where in the information the body is, which must hold at least `minimum` bytes.
  func body(ofAtLeast minimum: Int) throws(Multiboot2Violation) -> Range<Int> {
    guard bytes.byteCount - 8 >= minimum else { throw violation(of: .bodyTooSmall) }
    return offset + 8..<offset + bytes.byteCount
  }

  /// Where in the information the string is that starts `distance` bytes after the tag's start;
  /// its zero byte is not part of it.
  func string(from distance: Int) throws(Multiboot2Violation) -> Range<Int> {
    guard distance <= bytes.byteCount else { throw violation(of: .bodyTooSmall) }
    for index in distance..<bytes.byteCount where bytes[byteAt: index] == 0 {
      return offset + distance..<offset + index
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

/// Goes from tag to tag of checked boot information, and never reads a byte that it has not
/// checked to be there.
package struct Multiboot2TagCursor: ~Escapable {
  private let bytes: RawSpan
  private var offset: Int

  /// A cursor before the first tag, or before the one at `offset`.
  ///
  /// - Parameter bytes: The information, as long as its header says.
  @_lifetime(copy bytes)
  package init(_ bytes: RawSpan, at offset: Int = 8) {
    self.bytes = bytes
    self.offset = offset
  }

  /// Where the next tag's header is.
  package var position: Int { offset }

  /// The next tag's type, and where in the information it starts; `nil` at the end tag.
  package mutating func nextPlace() throws(Multiboot2Violation) -> (type: UInt32, offset: Int)? {
    guard let tag = try next() else { return nil }
    return (tag.type, tag.offset)
  }

  /// The next tag; `nil` at the end tag.
  ///
  /// - Throws: the rule broken by the next tag's header. There is no way on from there.
  @_lifetime(copy self)
  mutating func next() throws(Multiboot2Violation) -> Multiboot2Tag? {
    let end = bytes.byteCount
    guard end - offset >= 8, let type = bytes.littleEndian(UInt32.self, at: offset),
      let size = bytes.littleEndian(UInt32.self, at: offset + 4)
    else {
      throw Multiboot2Violation(offset: Swift.min(offset, end), tagType: nil, rule: .endTagMissing)
    }
    let start = offset
    func violation(_ rule: Multiboot2Rule) -> Multiboot2Violation {
      Multiboot2Violation(offset: start, tagType: type, rule: rule)
    }
    if size < 8 { throw violation(.tagTooSmall) }
    if Int(size) > end - start { throw violation(.tagPassesEnd) }
    if type == Multiboot2TagType.end {
      if size != 8 { throw violation(.endTagMissing) }
      return nil
    }
    offset += (Int(size) + 7) & ~7
    return Multiboot2Tag(
      type: type, offset: start, bytes: bytes.extracting(start..<start + Int(size)))
  }
}
