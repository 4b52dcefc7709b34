import Memblock

/// A hash of a memblock's whole state: FNV-1a over the words of `memory`, then `reserved`.
struct StateHash {
  private(set) var value: UInt64 = 14_695_981_039_346_656_037

  init(_ memblock: borrowing Memblock) {
    add(memblock.memory)
    add(memblock.reserved)
  }

  private mutating func add(_ table: borrowing RegionView) {
    for index in table.indices {
      let region = table[index]
      add(region.base.value)
      add(region.size)
      add(UInt64(region.flags.rawValue))
      add(region.node.isValid ? UInt64(region.node.value) : .max)
    }
    add(UInt64(table.count))
    add(UInt64(table.maximumCount))
    add(table.totalSize)
  }

  private mutating func add(_ word: UInt64) {
    var rest = word
    for _ in 0..<8 {
      value = (value ^ rest & 0xff) &* 1_099_511_628_211
      rest >>= 8
    }
  }
}
