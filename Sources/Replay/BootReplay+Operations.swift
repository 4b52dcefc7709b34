public import Addressing
public import Memblock

/// The boot at its single operations.
extension BootReplay {
  /// A memblock as it was after the first operations of a step.
  ///
  /// - Parameters:
  ///   - count: So many of the operations that were recorded; `nil` for all of the step, with what
  ///     has no line of its own: nodes, marks, trimming.
  ///   - step: The step's place among `steps`.
  ///   - window: Physical memory from 0; tables that had grown are written where they lay.
  ///   - search: Takes which gaps the last of the operations tried, where it allocates.
  /// - Throws: where an operation comes to something else than in the boot.
  public func memblock(
    after count: Int?, ofStep step: Int, in window: PhysicalMemoryWindow,
    search: inout AllocationSearch?
  ) throws(DebugLogReplay.Difference) -> Memblock {
    let after = steps[step].tables
    guard let count else { return after.memblock(in: window) }
    let before = step == 0 ? MemblockTables(Memblock()) : steps[step - 1].tables
    let operations = steps[step].operations
    var replay = DebugLogReplay(operations.log, of: (before, after), in: window)
    search = try replay.run(operations.starts.prefix(count))
    return replay.take()
  }
}
