import Addressing

/// 64 neighbouring chunks (1 GiB): the only records that are written for memory nobody has
/// touched.
struct ChunkSpan: AnyBitPattern {
  /// The 64 chunks: free, allocated whole in larger blocks, or closed.
  var chunks: BlockWord

  /// Which of the closed chunks are divided, so that their records hold something. Those that
  /// are closed and not divided are reserved from end to end.
  var divided: UInt64

  /// The orders of which divided chunks may have free blocks.
  var orders: UInt64

  /// For each of these orders, the divided chunks that may have a free block of it that is not part
  /// of a larger one. Undefined for others.
  var holding: InlineArray<16, UInt64>

  /// Writes the record of a span in which everything is reserved.
  mutating func makeReserved() {
    chunks = .allClosed
    divided = 0
    orders = 0
  }
}
