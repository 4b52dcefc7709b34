public import Addressing
public import PageAllocator

/// The allocator of small and large blocks of bytes on top of the page allocator: what a
/// language's runtime calls `posix_memalign` and `free`.
///
/// Blocks up to 2 KiB come from slabs of four frames with blocks of one size; larger ones are
/// whole frames. A slab whose last block is freed goes back to the page allocator at once, so
/// that an empty heap holds nothing but its own frame. All operations may be called from
/// several processors and from interrupt handlers, if the page allocator's may.
///
/// Where the page allocator poisons free frames, the heap fills free blocks up to 2 KiB with a
/// pattern, and looks at it when it hands a block out: what writes to a freed block is found.
///
/// The value is a handle: copies of it name the same heap.
public struct Heap: Sendable {
  /// Where the memory comes from.
  public let pages: PageAllocator

  /// Where the blocks are seen whose addresses are handed out.
  public let window: PhysicalMemoryWindow

  let lock: PhysicalReference<SpinLock>
  let state: PhysicalReference<HeapState>

  /// Makes an empty heap; it takes one frame for itself.
  ///
  /// - Parameters:
  ///   - pages: Where the memory comes from; its window must show all of its frames.
  ///   - window: Shows all of its frames where the blocks' addresses are to be; the page
  ///     allocator's own window where none is given. Swift's references need addresses in which
  ///     the top byte is zero.
  ///   - secret: A number that the marks of slabs are made with, best a different one at each
  ///     boot.
  /// - Throws: where the page allocator has no frame.
  public init(
    _ pages: PageAllocator, showing window: PhysicalMemoryWindow? = nil, secret: UInt64
  ) throws(AllocationError) {
    self.pages = pages
    self.window = window ?? pages.window
    let frame = try pages.allocate().start
    state = PhysicalReference(
      HeapState(
        window: pages.window, blockWindow: self.window, secret: secret,
        poisonsFreeBlocks: pages.poisonsFreeFrames),
      in: pages.window, at: frame)
    let lockPlace = (frame + UInt64(MemoryLayout<HeapState>.size)).alignedUp(to: 64)
    lock = PhysicalReference(SpinLock(), in: pages.window, at: lockPlace)
  }

  /// The largest alignment that can be asked for.
  public static var maximumAlignment: Int { 2 << 20 }

  /// Allocates a block. What it holds is not known.
  ///
  /// O(1) for up to 2 KiB; for more, as the page allocator, and O(log n) in large blocks.
  ///
  /// - Parameters:
  ///   - size: The bytes wanted; 0 counts as 1.
  ///   - alignment: What the address must be a multiple of: a power of two, 2 MiB at most.
  /// - Throws: `.outOfMemory`, `.invalidAlignment`; `.corrupted` and `.freeBlockChanged` where
  ///   memory was overwritten.
  public func allocate(size: Int, alignment: Int = 16) throws(HeapError) -> VirtualAddress {
    guard alignment > 0, alignment.nonzeroBitCount == 1, alignment <= Self.maximumAlignment else {
      throw .invalidAlignment(UInt64(bitPattern: Int64(alignment)))
    }
    let address = try pages.exclusively(holding: lock.object) {
      () throws(HeapError) -> PhysicalAddress? in
      try state.object.allocate(size, alignment: alignment, from: pages)
    }
    guard let address else {
      throw .outOfMemory(
        size: UInt64(bitPattern: Int64(size)),
        freeBytes: (pages.freeFrames + pages.cachedFrames) << PageFrameNumber.shift)
    }
    return window.virtualAddress(of: address)
  }

  /// Frees a block.
  ///
  /// - Throws: Where no block is at that address: `.doubleFree`, `.insideBlock`,
  ///   `.foreignPointer`. Where memory was overwritten: `.corrupted`.
  public func free(_ address: VirtualAddress) throws(HeapError) {
    guard let place = window.physicalAddress(of: address) else {
      throw .foreignPointer(address)
    }
    try pages.exclusively(holding: lock.object) { () throws(HeapError) in
      switch state.object.find(place, in: pages) {
      case .small(let slab, let index):
        guard try state.object.freeSmall(index, of: slab, to: pages) else {
          throw .doubleFree(address)
        }
      case .large(let node): try state.object.freeLarge(node, to: pages)
      case .inside: throw .insideBlock(address)
      case .free: throw .doubleFree(address)
      case .foreign: throw .foreignPointer(address)
      }
    }
  }

  /// The bytes that a block has, which may be more than were asked for; `nil` where no block
  /// is at that address.
  public func usableSize(of address: VirtualAddress) -> Int? {
    guard let place = window.physicalAddress(of: address) else { return nil }
    return pages.exclusively(holding: lock.object) {
      switch state.object.find(place, in: pages) {
      case .small(let slab, _): state.object.sizeClass(of: slab).size
      case .large(let node): Int(state.object.large.block(node).frames << PageFrameNumber.shift)
      case .inside, .free, .foreign: nil
      }
    }
  }

  /// What the heap holds.
  public var statistics: HeapStatistics {
    pages.exclusively(holding: lock.object) { state.object.statistics }
  }
}
