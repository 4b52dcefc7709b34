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
    ///
    /// - Throws: `.tableFull`, `.cannotGrow` or `.unreachable` where the table has no room; `.tornDown`.
    public mutating func addPhysmem(
      _ range: AddressRange
    ) throws(MemblockError) {
      try requireLive()
      log.note("memblock_physmem_add", range)
      try insert(Extent(range), .plain, into: .physmem)
    }
  }
#endif
