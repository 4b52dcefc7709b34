public import Addressing

/// The allocator of early boot: what memory there is, and what of it is taken.
///
/// A `Memblock` is two sorted tables of regions, `memory` and `reserved`, and allocates by
/// finding memory that is in the first and not in the second. It needs no heap: each table
/// starts as a static array of 128 regions, and one that is full is doubled into memory that
/// the memblock allocates from itself, once `allowResize(through:)` has been called.
///
/// Linux's `mm/memblock.c` is the reference: the same operations on the same tables have the
/// same results, to the address. <doc:LinuxFunctions> maps the names; <doc:Differences> lists
/// where this differs on purpose.
@frozen
public struct Memblock: ~Copyable {
  @usableFromInline var memoryTable: RegionTable
  @usableFromInline var reservedTable: RegionTable
  #if !WithoutPhysmem
    @usableFromInline var physmemTable: RegionTable
  #endif

  /// The address at or above which nothing is allocated, unless a request says otherwise.
  ///
  /// Linux: `memblock_set_current_limit`, `memblock_get_current_limit`.
  public var currentLimit: PhysicalAddress

  /// Whether allocations take the lowest address that fits instead of the highest.
  ///
  /// Linux: `memblock_set_bottom_up`, `memblock_bottom_up`.
  public var isBottomUp: Bool

  /// Whether hot-pluggable memory is kept free: Linux's boot option `movable_node`.
  public var keepsHotplugFree: Bool

  /// Whether `markMirror` has an effect: Linux's boot option `kernelcore=mirror`.
  public var kernelCoreIsMirrored: Bool

  /// Which version of Linux this is like: the newest, unless set.
  public var rules: LinuxRules

  /// Whether only memory that is marked as scratch is allocated, as while it is not known yet
  /// what a former kernel has preserved. The hand-over ends it.
  ///
  /// Linux 7.3: `memblock_set_kho_scratch_only`, `memblock_clear_kho_scratch_only`.
  public var allocatesOnlyScratch: Bool

  /// Whether some memory has been marked as mirrored: Linux's `memblock_has_mirror`.
  public internal(set) var hasMirroredMemory = false

  /// Whether full tables grow.
  var canResize = false

  /// Whether the memory has been handed over and the memblock has ended.
  public internal(set) var isTornDown = false

  /// Where the memory ended that `freeAll` has handed over; `nil` before that.
  public internal(set) var endOfHandedMemory: PhysicalAddress? = nil

  /// Where the memory that is allocated can be seen.
  public internal(set) var window: PhysicalMemoryWindow? = nil

  /// What is printed of all this, and where.
  public var log: MemblockLog

  @usableFromInline var namedReservations: InlineArray<8, NamedReservation>
  @usableFromInline var namedReservationCount: Int

  /// A grown table that is not reserved yet, so that no other one grows into it.
  @usableFromInline var unreservedTable: Extent

  /// What the operation that is running removes, so that no table grows into it.
  @usableFromInline var removal: Removal

  /// Makes a memblock that knows no memory.
  ///
  /// All its parts are constants: a global's initial value stands in the image, and no code
  /// has to run before it is used.
  @inlinable @inline(__always)
  public init() {
    memoryTable = RegionTable(.memory)
    reservedTable = RegionTable(.reserved)
    #if !WithoutPhysmem
      physmemTable = RegionTable(.physmem)
    #endif
    currentLimit = .max
    isBottomUp = false
    keepsHotplugFree = false
    kernelCoreIsMirrored = false
    rules = .newest
    allocatesOnlyScratch = false
    log = MemblockLog()
    namedReservations = InlineArray(repeating: NamedReservation())
    namedReservationCount = 0
    unreservedTable = Extent(base: 0, end: 0)
    removal = Removal()
  }

  /// Lets full tables grow, and allocations be zeroed, through `window`.
  ///
  /// To be called when everything that must not be overwritten is reserved. A second call
  /// replaces the window, as when the direct map takes over from the identity map; tables that
  /// have grown are seen through the new one from then on, and must lie in it.
  ///
  /// Linux: `memblock_allow_resize`.
  public mutating func allowResize(through window: PhysicalMemoryWindow) {
    setWindow(window)
    canResize = true
  }

  /// Sets the window on physical memory that allocations are zeroed through. Whether tables may
  /// grow stays as it is; tables that have grown must lie in the new window.
  public mutating func setWindow(_ window: PhysicalMemoryWindow) {
    self.window = window
    for index in RegionType.all.indices {
      update(RegionType.all[index]) { $0.rebase(to: window) }
    }
  }

  /// Every operation that changes something begins with this. Questions don't: after the end the
  /// tables are empty, and the answers are those of an empty table.
  @inline(__always)
  func requireLive() throws(MemblockError) {
    if isTornDown { throw .tornDown }
  }
}

extension Memblock {
  /// Reads the table of that type.
  @inline(__always)
  func inspect<Result>(
    _ type: RegionType, _ body: (borrowing RegionTable) -> Result
  ) -> Result {
    switch type {
    case .memory: body(memoryTable)
    case .reserved: body(reservedTable)
    #if !WithoutPhysmem
      case .physmem: body(physmemTable)
    #endif
    }
  }

  /// Changes the table of that type.
  @inline(__always)
  mutating func update<Result>(
    _ type: RegionType, _ body: (inout RegionTable) -> Result
  ) -> Result {
    switch type {
    case .memory: body(&memoryTable)
    case .reserved: body(&reservedTable)
    #if !WithoutPhysmem
      case .physmem: body(&physmemTable)
    #endif
    }
  }
}
