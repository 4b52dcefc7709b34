import Addressing

/// Which memory is on which node, as SRAT or an emulation says: a list of blocks in the order
/// in which they were added.
///
/// Linux: `struct numa_meminfo`.
package struct NodeBlocks: ~Copyable {
  /// A run of memory on one node. Its end may lie below its start until it has been checked.
  package struct Block {
    package var start: UInt64 = 0
    package var end: UInt64 = 0
    package var node = NodeID(0)

    func write(to log: inout some TextSink & ~Copyable) {
      log.write(memoryFrom: start, to: end, digits: 8)
    }
  }

  /// How many blocks there is room for.
  package static var capacity: Int { 1024 }

  private var blocks = InlineArray<1024, Block>(repeating: Block())
  package private(set) var count = 0
  private let place = StaysInPlace()

  package init() {}

  /// The block at `index`; traps at `count` and above.
  package subscript(index: Int) -> Block {
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
  package mutating func removeAll() { count = 0 }

  /// Makes this list the same as another.
  package mutating func copy(_ other: borrowing NodeBlocks) {
    count = other.count
    for index in 0..<count { blocks[index] = other.blocks[index] }
  }

  /// Appends a block. An empty one is ignored, one that is upside down with a line.
  ///
  /// - Returns: whether there was room.
  ///
  /// Linux: `numa_add_memblk`.
  package mutating func add(
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
  package mutating func remove(at index: Int) {
    count -= 1
    for place in index..<count { blocks[place] = blocks[place + 1] }
  }

  /// The first block of a node; `nil` where there is none.
  package func firstIndex(of node: NodeID) -> Int? {
    for index in 0..<count where blocks[index].node == node { return index }
    return nil
  }

  /// Adds the nodes that have a block.
  package func collectNodes(into nodes: inout NodeSet) {
    for index in 0..<count where blocks[index].start != blocks[index].end {
      nodes.insert(blocks[index].node)
    }
  }
}
