public import Addressing
public import Memblock
public import Zones

/// Why the page allocator could not be set up.
public enum SetupError: Error, Equatable, Sendable {
  /// Memblock could not give the memory for the allocator's tables.
  case memblock(MemblockError)

  /// There is not one whole frame of memory.
  case noMemory
}

/// Setting the page allocator up from memblock, in this order:
///
/// ```swift
/// let layout = try ZoneLayout(of: &memblock, in: directMap)
/// layout.write(to: &console)
/// let pages = try PageAllocator(layout, from: &memblock, in: directMap) { distance($0, $1) }
/// var receiver = PageFrameReceiver(pages)
/// try memblock.freeAll(to: &receiver)
/// try memblock.tearDown(to: &receiver)
/// ```
extension ZoneLayout {
  /// Works out nodes and zones from memblock's `memory`, whose nodes and flags must be final.
  ///
  /// The layout's tables are allocated from memblock: at most 320 bytes for a region.
  ///
  /// - Parameters:
  ///   - memblock: What memory there is.
  ///   - options: What the command line says about zone Movable.
  ///   - maximumOrder: The largest order that the page allocator will have, 1 to 18.
  ///   - window: Shows all memory that memblock may give.
  @_optimize(size)
  public init(
    of memblock: inout Memblock, options: MovableOptions = MovableOptions(),
    maximumOrder: Int = PageAllocator.defaultMaximumOrder, in window: PhysicalMemoryWindow
  ) throws(SetupError) {
    let count = memblock.memory.count
    let size = ZoneLayout.storageSize(forRegions: count)
    let storage = try memblock.place(size, node: .none)
    do throws(LayoutError) {
      // `memory` is not changed by an allocation, so the count still holds.
      try self.init(
        ofRegions: count, options: options, maximumOrder: maximumOrder, in: window, at: storage
      ) { Self.region($0, of: memblock) }
    } catch {
      throw .noMemory
    }
  }

  /// The layout asks for regions in a dozen places, none of them often enough to have a copy of this.
  @inline(never)
  private static func region(_ index: Int, of memblock: borrowing Memblock) -> LayoutRegion {
    LayoutRegion(memblock.memory[index])
  }
}

extension PageAllocator {
  /// Makes an allocator in which every frame is reserved, with each node's records on that
  /// node where memblock has room there.
  ///
  /// - Parameters:
  ///   - layout: What memory there is.
  ///   - options: What the allocator should be like.
  ///   - memblock: Gives the memory for all tables.
  ///   - window: Shows all memory that memblock may give; and all frames, where any are to be
  ///     filled.
  ///   - distance: How far a node is from another, as in ACPI's SLIT.
  public init(
    _ layout: ZoneLayout, options: Options = Options(), from memblock: inout Memblock,
    in window: PhysicalMemoryWindow, distance: (_ from: NodeID, _ to: NodeID) -> Int
  ) throws(SetupError) {
    for index in 0..<layout.nodeCount {
      let size = layout.recordsSize(ofNode: index)
      layout.placeRecords(
        ofNode: index, at: try memblock.place(size, node: layout.node(index).node))
    }
    let size = PageAllocator.storageSize(for: layout, options: options)
    let storage = try memblock.place(size, node: layout.node(0).node)
    self.init(layout, options: options, in: window, at: storage, distance: distance)
  }
}

/// Takes over memblock's free frames, and keeps count.
public struct PageFrameReceiver: FrameReceiver, ~Copyable {
  /// The allocator that the frames go to.
  public let pages: PageAllocator

  /// The frames that were released and are free now.
  public private(set) var releasedFrames: UInt64 = 0

  /// The frames that could not be taken: they lie outside the layout, or were not reserved.
  public private(set) var rejectedFrames: UInt64 = 0

  /// The bytes that were reported as reserved; NOMAP memory counts.
  public private(set) var reservedBytes: UInt64 = 0

  /// Makes a receiver for an allocator.
  public init(_ pages: PageAllocator) { self.pages = pages }

  /// Takes a reservation down. All frames are reserved until they are released, so there is
  /// nothing to write.
  public mutating func reserve(_ range: AddressRange, node: NodeID) {
    reservedBytes += range.size
  }

  /// Makes frames free.
  public mutating func release(_ frames: Range<PageFrameNumber>) {
    let released = pages.release(frames)
    releasedFrames += released
    rejectedFrames += frames.upperBound - frames.lowerBound - released
  }
}

extension Memblock {
  /// Allocates memory for tables, on cache lines of their own, on a node where possible.
  fileprivate mutating func place(
    _ size: UInt64, node: NodeID
  ) throws(SetupError) -> PhysicalAddress {
    do throws(MemblockError) {
      return try allocateRaw(size: size, alignment: 64, node: node).start
    } catch {
      throw .memblock(error)
    }
  }
}

extension LayoutRegion {
  /// A region of memblock's.
  fileprivate init(_ region: Region) {
    self.init(
      region.range, node: region.node.isValid ? region.node : .none,
      isHotPluggable: region.flags.contains(.hotplug),
      isMirrored: region.flags.contains(.mirror))
  }
}
