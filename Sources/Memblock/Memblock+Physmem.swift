// The package's trait `WithoutPhysmem` leaves the third table out, with its 3 KiB of static
// data: a Linux without `CONFIG_HAVE_MEMBLOCK_PHYS_MAP`.
#if !WithoutPhysmem
  public import Addressing

  extension Memblock {
    /// The memory that is there, whatever limits were set.
    public var physmem: RegionView {
      @_lifetime(borrow self) get { physmemTable.view }
    }

    /// Adds to the memory that is there, whatever limits are set.
    ///
    /// Linux: `memblock_physmem_add`.
    public mutating func addPhysmem(
      _ range: AddressRange, caller: String = #function
    ) throws(MemblockError) {
      try requireLive()
      log.note("memblock_physmem_add", range, caller)
      try insert(Extent(range), .plain, into: .physmem)
    }

    /// The physical memory that is in no region of another table, upwards. Linux:
    /// `for_each_physmem_range`.
    @_lifetime(borrow self)
    public func physmemRanges(outside type: RegionType) throws(MemblockError) -> FreeRanges {
      try requireLive()
      switch type {
      case .memory: return FreeRanges(physmemTable.view, memoryTable.view, nil)
      case .reserved: return FreeRanges(physmemTable.view, reservedTable.view, nil)
      case .physmem: return FreeRanges(physmemTable.view, physmemTable.view, nil)
      }
    }

    var grownPhysmemRange: AddressRange { physmemTable.storage.grownRange }

    var physmemHasGrown: Bool { physmemTable.storage.hasGrown }

    var brokenPhysmemInvariant: StaticString? { physmemTable.brokenInvariant }

    mutating func clearPhysmem() { physmemTable = RegionTable(.physmem) }

    mutating func lookAtPhysmem(through window: PhysicalMemoryWindow) {
      physmemTable.storage.look(through: window)
    }
  }

#else
  import Addressing

  extension Memblock {
    var grownPhysmemRange: AddressRange { AddressRange(from: .zero, to: .zero) }

    var physmemHasGrown: Bool { false }

    var brokenPhysmemInvariant: StaticString? { nil }

    mutating func clearPhysmem() {}

    mutating func lookAtPhysmem(through window: PhysicalMemoryWindow) {}
  }

#endif
