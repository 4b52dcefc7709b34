import Addressing

/// Tables that somebody else keeps, as C code does with Linux's `struct memblock`.
extension Memblock {
  /// How many regions a table has and has room for, and their total size in bytes. The C library asks
  /// after every change, where views of the tables would take 150 instructions more.
  package func size(of type: RegionType) -> (count: Int, capacity: Int, total: UInt64) {
    inspect(type) { ($0.count, $0.capacity, $0.totalSize) }
  }

  /// Makes a table what somebody else says it is. O(n).
  ///
  /// - Parameters:
  ///   - totalSize: Taken as it is said, since Linux's isn't the sum of the sizes after a trim.
  ///   - capacity: How many regions fit; 128 where `address` is `nil`.
  ///   - address: Where a grown table lies in physical memory, which is overwritten.
  ///   - region: Gives each of the `count` regions, in order.
  package mutating func adopt(
    _ type: RegionType, totalSize: UInt64, capacity: Int, at address: PhysicalAddress?,
    count: Int, _ region: (Int) -> Region
  ) {
    let window = window
    update(type) { table in
      table = RegionTable(type)
      if let address, let window { table.grow(to: address, capacity: capacity, in: window) }
      precondition(table.capacity == capacity, "the first table has room for 128 regions")
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
