import Addressing

/// Questions to a sanitised map.
extension MemoryMap {
  /// Whether every byte of `range` is in an entry of that type, or of any where it is `nil`.
  /// O(n).
  ///
  /// Linux: `e820__mapped_all`.
  public func covers(_ range: AddressRange, type: MemoryType?) -> Bool {
    var reached = range.start
    for index in 0..<count {
      let entry = entries[index]
      guard type == nil || entry.type == type, entry.range.overlaps(range) else { continue }
      if entry.start <= reached { reached = entry.end }
      if reached >= range.end { return true }
    }
    return false
  }

  /// Whether any byte of `range` is in an entry of that type, or of any where it is `nil`.
  /// O(n).
  ///
  /// Linux: `e820__mapped_any`.
  public func touches(_ range: AddressRange, type: MemoryType?) -> Bool {
    for index in 0..<count where entries[index].range.overlaps(range) {
      if type == nil || entries[index].type == type { return true }
    }
    return false
  }

  /// Whether no byte of `range` is in an entry of another type. O(n).
  public func hasOnly(_ type: MemoryType, in range: AddressRange) -> Bool {
    for index in 0..<count where entries[index].range.overlaps(range) {
      if entries[index].type != type { return false }
    }
    return true
  }

  /// The frame just past the last whole one of RAM, with ACPI's tables counted as RAM, below
  /// `limit`. O(n).
  ///
  /// Writes Linux's line, `last_pfn = 0x… max_arch_pfn = 0x…`.
  ///
  /// - Parameters:
  ///   - limit: The first frame that doesn't count; Linux asks without a limit for
  ///     `max_pfn` and with 4 GiB for `max_low_pfn`.
  ///   - architectureLimit: The frames that the processor's page tables can reach: 2^34,
  ///     64 TiB, with four levels.
  ///   - log: Takes the line.
  ///
  /// Linux: `e820__end_of_ram_pfn` and `e820__end_of_low_ram_pfn`.
  public func endOfRAM(
    below limit: PageFrameNumber? = nil,
    architectureLimit: PageFrameNumber = PageFrameNumber(1 << 34),
    log: inout some TextSink & ~Copyable
  ) -> PageFrameNumber {
    let limit = limit ?? architectureLimit
    var last = PageFrameNumber(0)
    for index in 0..<count {
      let entry = entries[index]
      guard entry.type == .usable || entry.type == .acpiData,
        PageFrameNumber(containing: entry.start) < limit
      else { continue }
      let end = PageFrameNumber(containing: entry.end)
      if end > limit {
        last = limit
        break
      }
      last = Swift.max(last, end)
    }
    last = Swift.min(last, architectureLimit)
    log.write("last_pfn = ")
    log.write(hex: last.value)
    log.write(" max_arch_pfn = ")
    log.write(hex: architectureLimit.value)
    log.write("\n")
    return last
  }
}
