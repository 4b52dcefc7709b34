import Addressing

/// A block of whole frames, as a node of the tree that all of them are in.
struct LargeBlock: AnyBitPattern {
  /// The physical address of the block: what the tree is sorted by.
  var start: UInt64

  /// The number of frames.
  var frames: UInt64

  /// The nodes below, by their physical addresses; 0 where there is none.
  var left: UInt64
  var right: UInt64
}

/// All large blocks, in a treap: a search tree that random priorities keep shallow.
///
/// The priorities are a hash of the blocks' addresses, so that nothing has to be kept for them
/// (Seidel and Aragon, "Randomized Search Trees", 1996). Nodes are in the heap's own slabs.
struct LargeBlockTree {
  /// The uppermost node; 0 where the tree is empty.
  private(set) var root: UInt64 = 0

  /// Shows the nodes.
  let window: PhysicalMemoryWindow

  init(window: PhysicalMemoryWindow) { self.window = window }

  /// Where a node hangs: at the root, or on one side of another node.
  private struct Link {
    var parent: UInt64 = 0
    var isRight = false
  }

  /// The node of the block at `start`; `nil` where there is none. O(log n) on average.
  func node(at start: UInt64) -> UInt64? {
    let found = self[link(to: start)]
    return found == 0 ? nil : found
  }

  /// The block that a node stands for.
  func block(_ node: UInt64) -> LargeBlock { table(node)[0] }

  /// Adds a node for a block that is not in the tree. O(log n) on average.
  mutating func insert(_ node: UInt64, start: UInt64, frames: UInt64) {
    var link = Link()
    let priority = priority(of: start)
    while self[link] != 0, self.priority(of: block(self[link]).start) > priority {
      link = step(from: self[link], towards: start)
    }
    // What hung here is split into what lies below the block and what lies above.
    var rest = self[link]
    table(node)[0] = LargeBlock(start: start, frames: frames, left: 0, right: 0)
    self[link] = node
    var below = Link(parent: node, isRight: false)
    var above = Link(parent: node, isRight: true)
    while rest != 0 {
      if block(rest).start < start {
        self[below] = rest
        below = Link(parent: rest, isRight: true)
        rest = block(rest).right
      } else {
        self[above] = rest
        above = Link(parent: rest, isRight: false)
        rest = block(rest).left
      }
    }
    self[below] = 0
    self[above] = 0
  }

  /// Takes the node of the block at `start` out of the tree. O(log n) on average.
  mutating func remove(_ start: UInt64) {
    var hole = link(to: start)
    var left = block(self[hole]).left
    var right = block(self[hole]).right
    while left != 0, right != 0 {
      if priority(of: block(left).start) > priority(of: block(right).start) {
        self[hole] = left
        hole = Link(parent: left, isRight: true)
        left = block(left).right
      } else {
        self[hole] = right
        hole = Link(parent: right, isRight: false)
        right = block(right).left
      }
    }
    self[hole] = left | right
  }

  /// Where the node of the block at `start` hangs, or would hang.
  private func link(to start: UInt64) -> Link {
    var link = Link()
    while self[link] != 0, block(self[link]).start != start {
      link = step(from: self[link], towards: start)
    }
    return link
  }

  private func step(from node: UInt64, towards start: UInt64) -> Link {
    Link(parent: node, isRight: block(node).start < start)
  }

  private subscript(link: Link) -> UInt64 {
    get {
      if link.parent == 0 { return root }
      return link.isRight ? table(link.parent)[0].right : table(link.parent)[0].left
    }
    set {
      if link.parent == 0 {
        root = newValue
      } else if link.isRight {
        table(link.parent)[0].right = newValue
      } else {
        table(link.parent)[0].left = newValue
      }
    }
  }

  private func table(_ node: UInt64) -> PhysicalTable<LargeBlock> {
    PhysicalTable(uninitialized: 1, in: window, at: PhysicalAddress(node))
  }

  /// A number that looks random for each address: the finishing steps of MurmurHash3.
  private func priority(of start: UInt64) -> UInt64 {
    var hash = start
    hash = (hash ^ hash >> 33) &* 0xff51_afd7_ed55_8ccd
    hash = (hash ^ hash >> 33) &* 0xc4ce_b9fe_1a85_ec53
    return hash ^ hash >> 33
  }
}
