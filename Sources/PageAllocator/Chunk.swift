import Addressing

/// What is known about 4096 frames (16 MiB) of which some are free and some are not.
///
/// A chunk's record is only written when the chunk is first divided; that it holds garbage
/// until then is what makes memory that nobody has touched cost nothing.
struct Chunk: AnyBitPattern {
  /// The base-2 logarithm of the frames in a group.
  static var groupShift: Int { 6 }

  /// The base-2 logarithm of the frames in a chunk, and so the order of a whole free chunk.
  static var shift: Int { 12 }

  /// The 64 groups of 64 frames: free, allocated whole in larger blocks, or closed.
  var groups: BlockWord

  /// For each order below a group's: which closed groups have a free block of that order and
  /// none larger.
  var ready: InlineArray<6, UInt64>

  /// The neighbours in the zone's list of chunks of the same level.
  var previous: UInt32
  var next: UInt32

  /// The chunk's first frame, in units of chunks.
  var number: UInt32

  /// The order of the largest free block, plus one; 0 where nothing is free.
  var level: UInt32

  /// The list that the chunk is in, 0 for none. A chunk whose level falls stays where it is
  /// until a search comes by; often the level has risen again by then.
  var list: UInt32

  /// A chunk in which everything is free.
  init(free number: UInt32) {
    groups = .allFree
    ready = InlineArray(repeating: 0)
    previous = Self.none
    next = Self.none
    self.number = number
    level = UInt32(Self.shift + 1)
    list = 0
  }

  /// A chunk in which everything is reserved. The words of its groups must be closed as well.
  init(reserved number: UInt32) {
    self.init(free: number)
    groups = .allClosed
    level = 0
  }

  /// Stands for no chunk in links.
  static var none: UInt32 { .max }

  /// What `level` must be.
  var largestLevel: UInt32 {
    if groups.available != 0 {
      return UInt32(truncatingIfNeeded: groups.largestOrder &+ Self.groupShift &+ 1)
    }
    var order = Self.groupShift
    while order > 0 {
      if ready[order &- 1] != 0 { break }
      order &-= 1
    }
    return UInt32(truncatingIfNeeded: order)
  }
}

/// 64 neighbouring chunks (1 GiB): the only records that are written for memory nobody has
/// touched.
struct Span: AnyBitPattern {
  /// The 64 chunks: free and never divided, allocated whole in larger blocks, or closed.
  var chunks: BlockWord

  /// Which of the closed chunks are divided, so that their records hold something. Those that
  /// are closed and not divided are reserved from end to end.
  var divided: UInt64

  /// A span in which everything is reserved.
  static var reserved: Span { Span(chunks: .allClosed, divided: 0) }
}
