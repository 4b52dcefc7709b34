import Addressing

/// The blocks on the zone's shelf.
extension Zone {
  /// Allocates a block of `order` from the shelf and returns its first frame; `nil` where there
  /// is none.
  @inline(__always)
  mutating func takeFromShelf(_ order: Int) -> UInt64? {
    guard UInt(bitPattern: order) < UInt(Shelf.orders), let block = shelf.take(order: order)
    else { return nil }
    Self.unmark(block, order)
    return block.frame
  }

  /// Makes a block that was on the shelf one that is allocated.
  @inline(__always)
  static func unmark(_ block: ShelvedBlock, _ order: Int) {
    let frame = Int(truncatingIfNeeded: block.frame)
    let group = frame &>> Chunk.groupShift & 63
    if order < Chunk.groupShift {
      block.chunk.object.frames[group].unmark(frame & 63)
    } else {
      block.chunk.object.groups.unmark(group)
    }
  }

  /// Frees everything on the shelf.
  ///
  /// - Returns: Whether there was anything.
  @inline(never)
  @discardableResult
  mutating func clearShelf() -> Bool {
    var isAnything = false
    for order in 0..<Shelf.orders {
      while let block = shelf.take(order: order) {
        Self.unmark(block, order)
        merge(order, block.frame, in: block.chunk)
        isAnything = true
      }
    }
    return isAnything
  }

  /// Whether a frame on its own is on the shelf.
  func isShelved(_ frame: UInt64) -> Bool {
    shelf.block(order: 0)?.frame == frame
  }
}
