public import Addressing

/// What a heap holds and what was asked of it.
public struct HeapStatistics: Equatable, Sendable {
  /// The blocks in slabs that are in use.
  public internal(set) var smallBlocks: UInt64 = 0
  /// The bytes of these, as large as their size classes make them.
  public internal(set) var smallBytes: UInt64 = 0
  /// The slabs.
  public internal(set) var slabs: UInt64 = 0
  /// The blocks of whole frames that are in use.
  public internal(set) var largeBlocks: UInt64 = 0
  /// The frames of these.
  public internal(set) var largeFrames: UInt64 = 0
  /// The allocations so far.
  public internal(set) var allocations: UInt64 = 0
  /// The allocations that failed for want of memory.
  public internal(set) var failures: UInt64 = 0

  /// Writes all of it in one line, with its line break.
  public func write(to sink: inout some TextSink & ~Copyable) {
    sink.write("heap: ")
    sink.write(decimal: smallBlocks)
    sink.write(" small blocks (")
    sink.write(decimal: smallBytes)
    sink.write(" bytes in ")
    sink.write(decimal: slabs)
    sink.write(" slabs), ")
    sink.write(decimal: largeBlocks)
    sink.write(" large blocks (")
    sink.write(decimal: largeFrames)
    sink.write(" frames), ")
    sink.write(decimal: allocations)
    sink.write(" allocations, ")
    sink.write(decimal: failures)
    sink.write(" failed\n")
  }
}
