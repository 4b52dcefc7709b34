import Addressing

/// Changes to ranges of the map. They work on any list, sorted or not, and leave it unsorted:
/// call ``MemoryMap/sanitize(log:)`` when the last is done.
extension MemoryMap {
  /// Gives the bytes of `range` that have type `old` the type `new`.
  ///
  /// Writes Linux's line, `e820: update [mem …] System RAM ==> device reserved`.
  ///
  /// - Returns: the number of bytes that changed.
  /// - Complexity: O(n).
  ///
  /// Linux: `e820__range_update`.
  @discardableResult
  public mutating func update(
    _ range: AddressRange, from old: MemoryType, to new: MemoryType,
    log: inout some TextSink & ~Copyable
  ) -> UInt64 {
    log.write("e820: update ")
    log.write(memory: range, digits: 8)
    log.write(" ")
    old.write(to: &log, rules)
    log.write(" ==> ")
    new.write(to: &log, rules)
    log.write("\n")
    return cut(range, outOf: old, replacement: new, log: &log)
  }

  /// Takes the bytes of `range` out of the map: those of one type, or all where it is `nil`.
  ///
  /// Writes Linux's line, `e820: remove [mem …] System RAM`.
  ///
  /// - Returns: the number of bytes taken out.
  /// - Complexity: O(n).
  ///
  /// Linux: `e820__range_remove`.
  @discardableResult
  public mutating func remove(
    _ range: AddressRange, ofType type: MemoryType?, log: inout some TextSink & ~Copyable
  ) -> UInt64 {
    log.write("e820: remove ")
    log.write(memory: range, digits: 8)
    log.write(" ")
    type?.write(to: &log, rules)
    log.write("\n")
    return cut(range, outOf: type, replacement: nil, log: &log)
  }

  private mutating func cut(
    _ range: AddressRange, outOf type: MemoryType?, replacement: MemoryType?,
    log: inout some TextSink & ~Copyable
  ) -> UInt64 {
    guard type == nil || type != replacement else { return 0 }
    var changed: UInt64 = 0
    // What is placed below lies outside the range or has another type, so that the walk
    // passes over it.
    var index = 0
    while index < count {
      let entry = entries[index]
      index += 1
      guard type == nil || entry.type == type, !entry.isEmpty,
        let shared = entry.range.intersection(range)
      else { continue }
      changed &+= shared.size

      // The slot keeps what comes first; the rest is placed anew.
      var slot = entry
      if entry.start < shared.start {
        slot.end = shared.start
      } else if let replacement {
        slot = Entry(shared, replacement)
      } else {
        slot = Entry(AddressRange(from: shared.end, to: entry.end), entry.type)
      }
      entries[index - 1] = slot.isEmpty ? Entry() : slot
      if entry.start < shared.start, let replacement {
        appendMakingRoom(Entry(shared, replacement), log: &log)
      }
      if shared.end < entry.end, entry.start < shared.start || replacement != nil {
        appendMakingRoom(
          Entry(AddressRange(from: shared.end, to: entry.end), entry.type), log: &log)
      }
    }
    unsanitizedCount += 1
    return changed
  }
}
