import Addressing
import Memblock

/// Which memory is on which node, as SRAT or an emulation says: a list of blocks in the order
/// in which they were added.
///
/// Linux: `struct numa_meminfo`.
struct NodeBlocks: ~Copyable {
  /// A run of memory on one node. Its end may lie below its start until it has been checked.
  struct Block {
    var start: UInt64 = 0
    var end: UInt64 = 0
    var node = NodeID(0)

    func write(to log: inout some TextSink & ~Copyable) {
      log.write("[mem ")
      log.write(hex: start, digits: 8)
      log.write("-")
      log.write(hex: end &- 1, digits: 8)
      log.write("]")
    }
  }

  /// How many blocks there is room for.
  static var capacity: Int { 1024 }

  private var blocks = InlineArray<1024, Block>(repeating: Block())
  private(set) var count = 0
  private let place = StaysInPlace()

  /// The block at `index`; traps at `count` and above.
  subscript(index: Int) -> Block {
    get {
      precondition(index < count, "no such block")
      return blocks[index]
    }
    set {
      precondition(index < count, "no such block")
      blocks[index] = newValue
    }
  }

  /// Forgets every block.
  mutating func removeAll() { count = 0 }

  /// Makes this list the same as another.
  mutating func copy(_ other: borrowing NodeBlocks) {
    count = other.count
    for index in 0..<count { blocks[index] = other.blocks[index] }
  }

  /// Appends a block. An empty one is passed over, one that is upside down with a line.
  ///
  /// - Returns: whether there was room.
  ///
  /// Linux: `numa_add_memblk`.
  mutating func add(
    _ start: UInt64, _ end: UInt64, node: NodeID, log: inout some TextSink & ~Copyable
  ) -> Bool {
    if start == end { return true }
    let block = Block(start: start, end: end, node: node)
    if start > end {
      log.write("Warning: invalid memblk node ")
      log.write(decimal: UInt64(node.value))
      log.write(" ")
      block.write(to: &log)
      log.write("\n")
      return true
    }
    guard count < Self.capacity else {
      log.write("too many memblk ranges\n")
      return false
    }
    blocks[count] = block
    count += 1
    return true
  }

  /// Takes a block out; those after it move up.
  ///
  /// Linux: `numa_remove_memblk_from`.
  mutating func remove(at index: Int) {
    count -= 1
    for place in index..<count { blocks[place] = blocks[place + 1] }
  }

  /// The first block of a node; `nil` where there is none.
  func firstIndex(of node: NodeID) -> Int? {
    for index in 0..<count where blocks[index].node == node { return index }
    return nil
  }

  /// Adds the nodes that have a block.
  func collectNodes(into nodes: inout NodeSet) {
    for index in 0..<count where blocks[index].start != blocks[index].end {
      nodes.insert(blocks[index].node)
    }
  }
}
