import Addressing

/// Writes Multiboot2 boot information (specification 2.0, section 3.4) into a piece of memory:
/// a loader that tells its own way is understood like any other from there on.
struct Multiboot2Writer {
  private let window: PhysicalMemoryWindow
  private let room: AddressRange
  private var size: UInt64 = 8

  /// The end tag's bytes are kept free.
  private static var endSize: UInt64 { 8 }

  /// Information without tags, at the start of `room`, which must be aligned to 8 bytes.
  init(into room: AddressRange, through window: PhysicalMemoryWindow) {
    self.window = window
    self.room = room
  }

  /// Adds a tag of two bodies, one behind the other; either may be empty.
  ///
  /// - Parameters:
  ///   - type: The tag's type.
  ///   - words: The first body.
  ///   - bytes: The second one's place in memory.
  ///   - zeros: How many zero bytes follow.
  /// - Returns: whether there was room for it.
  mutating func append(
    type: UInt32, _ words: InlineArray<2, UInt32>? = nil, bytes: AddressRange? = nil,
    zeros: UInt64 = 0
  ) -> Bool {
    let wordSize: UInt64 = words == nil ? 0 : 8
    let byteSize = bytes?.size ?? 0
    let free = room.size - size - Self.endSize
    guard byteSize <= free, 8 + wordSize + byteSize + zeros + 7 <= free else { return false }
    let tagSize = 8 + wordSize + byteSize + zeros
    let start = room.start + size
    window.store(type, at: start)
    window.store(UInt32(tagSize), at: start + 4)
    if let words {
      window.store(words[0], at: start + 8)
      window.store(words[1], at: start + 12)
    }
    if let bytes { window.copy(bytes, to: start + (8 + wordSize)) }
    let padded = (tagSize + 7) & ~7
    let rest = AddressRange(
      from: start + (8 + wordSize + byteSize), to: start + padded)
    window.fill(rest)
    size += padded
    return true
  }

  /// Writes the end tag and the header.
  ///
  /// - Returns: where the information is.
  mutating func finish() -> AddressRange {
    window.store(UInt32(Multiboot2TagType.end), at: room.start + size)
    window.store(UInt32(8), at: room.start + (size + 4))
    size += Self.endSize
    window.store(UInt32(size), at: room.start)
    window.store(UInt32(0), at: room.start + 4)
    return AddressRange(at: room.start, size: size)
  }
}
