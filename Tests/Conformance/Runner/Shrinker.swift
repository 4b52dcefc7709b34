import ConformanceSides

/// Makes a trace that shows a difference as short as it can be found, then its numbers round.
///
/// The lines are cut by delta debugging (Zeller, Hildebrandt: "Simplifying and isolating
/// failure-inducing input", 2002): ever smaller runs of lines are left out for as long as the
/// two sides still differ. Each attempt is made in a child process, since a side may crash.
struct Shrinker {
  private(set) var operations: [operation]

  init(_ operations: [operation]) { self.operations = operations }

  mutating func shrink() {
    var before: Int
    repeat {
      before = operations.count
      cutLines()
      roundNumbers()
    } while operations.count < before
  }

  private mutating func cutLines() {
    var length = operations.count / 2
    while length >= 1 {
      var start = 0
      while start < operations.count {
        var candidate = operations
        candidate.removeSubrange(start..<min(start + length, operations.count))
        if Isolated.differs(candidate) { operations = candidate } else { start += length }
      }
      length /= 2
    }
  }

  private mutating func roundNumbers() {
    for line in operations.indices {
      for argument in operations[line].letters.indices {
        let value = operations[line][argument]
        let simpler: [UInt64] = [0, 1, 0x1000, value & ~0xffff, value & ~0xfff, value & ~0x3f]
        for replacement in simpler where replacement < value {
          var candidate = operations
          candidate[line][argument] = replacement
          if Isolated.differs(candidate) {
            operations = candidate
            break
          }
        }
      }
    }
  }
}
