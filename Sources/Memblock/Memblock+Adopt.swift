import Addressing

/// Tables that somebody else keeps, as C code does with Linux's `struct memblock`.
extension Memblock {
  /// The physical memory that a table has grown into; `nil` while it is the static one.
  package func grownTable(_ type: RegionType) -> AddressRange? {
    let place = inspect(type) { $0.storage.grownRange }
    return place.isEmpty ? nil : place
  }

  /// Makes a table what somebody else says it is. O(n).
  ///
  /// - Parameters:
  ///   - totalSize: Taken as it is said, since Linux's isn't the sum of the sizes after a trim.
  ///   - capacity: How many regions fit; 128 where `place` is `nil`.
  ///   - place: The physical memory of a grown table, which is overwritten.
  ///   - region: Gives each of the `count` regions, in order.
  package mutating func adopt(
    _ type: RegionType, totalSize: UInt64, capacity: Int, at place: PhysicalAddress?, count: Int,
    _ region: (Int) -> Region
  ) {
    let window = window
    update(type) { table in
      table = RegionTable(type)
      if let place, let window {
        _ = table.storage.replace(at: place, capacity: capacity, splitAt: 0, in: window)
      }
      precondition(table.capacity == capacity, "a static table has room for 128 regions")
      for index in 0..<count {
        let region = region(index)
        table.insert(
          Extent(region.range), RegionAttributes(flags: region.flags, node: region.node),
          at: index)
      }
      table.totalSize = totalSize
    }
  }
}
