import Addressing
import PageAllocator

/// What a heap knows; its handle holds the lock around every use.
struct HeapState {
  /// For each size class, the first of its slabs that have room: a physical address, or 0.
  var slabs = InlineArray<25, UInt64>(repeating: 0)

  /// The blocks of whole frames.
  var large: LargeBlockTree

  var statistics = HeapStatistics()

  /// Shows slabs and nodes.
  let window: PhysicalMemoryWindow

  /// Shows the blocks where their addresses are handed out.
  let blockWindow: PhysicalMemoryWindow

  let secret: UInt64

  /// Whether free blocks are filled with ``BlockPoison``.
  let poisonsFreeBlocks: Bool

  init(
    window: PhysicalMemoryWindow, blockWindow: PhysicalMemoryWindow, secret: UInt64,
    poisonsFreeBlocks: Bool
  ) {
    self.window = window
    self.blockWindow = blockWindow
    self.secret = secret
    self.poisonsFreeBlocks = poisonsFreeBlocks
    large = LargeBlockTree(window: window)
  }

  /// Allocates a block of either sort; `nil` where there is no memory.
  ///
  /// - Throws: `.corrupted`, `.freeBlockChanged`.
  mutating func allocate(
    _ size: Int, alignment: Int, from pages: PageAllocator
  ) throws(HeapError) -> PhysicalAddress? {
    let place =
      if let sizeClass = SizeClass(size: size, alignment: alignment) {
        try allocateSmall(sizeClass, from: pages)
      } else {
        try allocateLarge(size, alignment: alignment, from: pages)
      }
    if place == nil { statistics.failures += 1 } else { statistics.allocations += 1 }
    return place
  }

  /// What lies at an address.
  enum Place {
    /// The small block with that number of the slab at that address; it may be free.
    case small(slab: UInt64, index: Int)
    /// The large block that the node stands for.
    case large(node: UInt64)
    /// A place in a slab where no block starts.
    case inside
    /// Free memory.
    case free
    /// Something that is not the heap's.
    case foreign
  }

  /// Finds out what lies at an address. Memory is only read where the page allocator says
  /// that a slab may be.
  func find(_ place: PhysicalAddress, in pages: PageAllocator) -> Place {
    let slab = place.alignedDown(to: UInt64(Slab.size))
    if isSlab(slab.value, in: pages) {
      let sizeClass = sizeClass(of: slab.value)
      if sizeClass == .own { return .foreign }
      let offset = Int(place - slab) - sizeClass.firstOffset
      guard offset >= 0, offset % sizeClass.size == 0, offset / sizeClass.size < sizeClass.capacity
      else { return .inside }
      return .small(slab: slab.value, index: offset / sizeClass.size)
    }
    if let node = large.node(at: place.value) { return .large(node: node) }
    return pages.state(of: PageFrameNumber(containing: place)) == .free ? .free : .foreign
  }

  /// Whether a slab is at a physical address, with its mark as the heap wrote it. Any number is
  /// safe to ask about.
  func isSlab(_ address: UInt64, in pages: PageAllocator) -> Bool {
    let place = PhysicalAddress(address)
    return place.isAligned(to: UInt64(Slab.size))
      && pages.state(of: PageFrameNumber(containing: place)) == .head(order: Slab.order)
      && slab(address)[0].mark == mark(of: address)
  }

  /// The header of the slab at a physical address.
  func slab(_ address: UInt64) -> PhysicalTable<Slab> {
    PhysicalTable(uninitialized: 1, in: window, at: PhysicalAddress(address))
  }

  /// The size class of a slab.
  func sizeClass(of slab: UInt64) -> SizeClass {
    SizeClass(index: Int(self.slab(slab)[0].sizeClass))
  }

  /// What the header of a slab at that address must say.
  func mark(of slab: UInt64) -> UInt64 { secret ^ slab &* 0x9e37_79b9_7f4a_7c15 }
}
