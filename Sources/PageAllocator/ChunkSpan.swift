import Addressing

/// 64 neighbouring chunks (1 GiB): the only records that are written for memory nobody has
/// touched.
struct ChunkSpan: AnyBitPattern {
  /// The 64 chunks: free and never divided, allocated whole in larger blocks, or closed.
  var chunks: BlockWord

  /// Which of the closed chunks are divided, so that their records hold something. Those that
  /// are closed and not divided are reserved from end to end.
  var divided: UInt64

  /// A span in which everything is reserved.
  static var reserved: ChunkSpan { ChunkSpan(chunks: .allClosed, divided: 0) }
}
