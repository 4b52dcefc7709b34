import Addressing

/// The pattern in free blocks, so that a write through a stale pointer shows.
enum BlockPoison {
  /// The pattern, in every byte: Linux's `POISON_FREE`.
  static var byte: UInt8 { 0x6b }

  /// Fills a block with the pattern. O(n) in bytes.
  static func fill(_ block: AddressRange, through window: PhysicalMemoryWindow) {
    window.fill(block, with: byte)
  }

  /// Whether a byte of a block is another one. O(n) in bytes.
  static func isChanged(in block: AddressRange, through window: PhysicalMemoryWindow) -> Bool {
    window.withBytes(of: block) { bytes in
      for offset in bytes.byteOffsets where bytes[byteAt: offset] != byte { return true }
      return false
    }
  }
}
