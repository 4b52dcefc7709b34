import Addressing

extension PageTables {
  /// The lowest address in a part of the address space from which a number of bytes is not mapped.
  ///
  /// O(n) in what is mapped below it: a table that is not there is passed in one step.
  ///
  /// - Parameters:
  ///   - size: In bytes; a multiple of 4 KiB, more than 0.
  ///   - alignment: A power of two, at least 4 KiB.
  ///   - start: Where to begin; canonical, as all of the part.
  ///   - end: Where the part ends.
  /// - Returns: the address; `nil` where there is none.
  public func findHole(
    of size: UInt64, alignedTo alignment: UInt64, from start: VirtualAddress,
    to end: VirtualAddress
  ) -> VirtualAddress? {
    var hole = start.alignedUp(to: alignment)
    var looked = hole
    while hole < end, end - hole >= size {
      if looked > hole, looked - hole >= size { return hole }
      let (isMapped, next) = step(at: looked)
      if isMapped { hole = VirtualAddress(next).alignedUp(to: alignment) }
      looked = Swift.max(hole, VirtualAddress(next))
    }
    return nil
  }

  /// The first address of a range that is mapped; `nil` where nothing of it is. O(n) in tables that are
  /// there.
  ///
  /// - Parameters:
  ///   - virtual: Where the range starts; canonical, as all of it.
  ///   - size: In bytes.
  public func firstMapped(from virtual: VirtualAddress, size: UInt64) -> VirtualAddress? {
    var looked: UInt64 = 0
    while looked < size {
      let (isMapped, next) = step(at: virtual + looked)
      if isMapped { return virtual + looked }
      // The last table of the address space ends where no address is.
      guard next > virtual.value else { return nil }
      looked = next - virtual.value
    }
    return nil
  }

  /// Whether an address is mapped, and where the page, or the table that is missing, ends.
  private func step(at virtual: VirtualAddress) -> (isMapped: Bool, end: UInt64) {
    var table = root
    var level = topLevel
    while true {
      let entry = entry(at: Self.entryAddress(of: virtual, in: table, level: level))
      let size = UInt64(1) << (12 + 9 * UInt64(level))
      let isMapped = entry.isPresent && level < 3 && entry.isPage(atLevel: level)
      if !entry.isPresent || isMapped {
        return (isMapped, virtual.value.alignedDown(to: size) &+ size)
      }
      table = entry.address
      level -= 1
    }
  }
}
