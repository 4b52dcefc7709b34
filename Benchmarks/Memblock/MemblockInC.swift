import MemblockHeader

/// This package's memblock as C code uses it: the same work through memblock.h.
@safe
struct MemblockInC: MemblockPeer {
  static let name = "C"

  /// The only instance.
  nonisolated(unsafe) static let shared = MemblockInC()

  private let window: UnsafeMutableRawPointer

  private init() { unsafe window = MemblockHere.mapWindow() }

  func reset() {
    memblock_reset()
    memblock_set_linux_rules(MEMBLOCK_LINUX_6_12)
    unsafe memblock_set_window(0, MemblockHere.windowSize, window)
  }

  func allowResize() { memblock_allow_resize() }

  func setBottomUp() { memblock_set_bottom_up(true) }

  @inline(__always)
  func add(_ base: UInt64, _ size: UInt64) { must(memblock_add(base, size)) }

  @inline(__always)
  func reserve(_ base: UInt64, _ size: UInt64) { must(memblock_reserve(base, size)) }

  @inline(__always)
  func free(_ base: UInt64, _ size: UInt64) { must(memblock_phys_free(base, size)) }

  @inline(__always)
  func allocate(_ size: UInt64, alignment: UInt64) -> UInt64 {
    memblock_phys_alloc(size, alignment)
  }

  @inline(__always)
  func isMemory(_ address: UInt64) -> Bool { memblock_is_memory(address) }

  @inline(__always)
  func isReserved(_ address: UInt64) -> Bool { memblock_is_reserved(address) }

  @inline(__always)
  func firstFrame(aroundFrame frame: UInt64) -> UInt64 {
    var (first, end): (UInt, UInt) = (0, 0)
    _ = unsafe memblock_search_pfn_nid(UInt(frame), &first, &end)
    return UInt64(first)
  }

  func sumFreeRanges(backwards: Bool) -> (count: Int, sum: UInt64) {
    let next = unsafe backwards ? __next_mem_range_rev : __next_mem_range
    var cursor: UInt64 = backwards ? .max : 0
    var (count, sum): (Int, UInt64) = (0, 0)
    var (start, end): (UInt64, UInt64) = (0, 0)
    while true {
      unsafe next(
        &cursor, NUMA_NO_NODE, MEMBLOCK_NONE, memblock_table_at(0), memblock_table_at(1), &start,
        &end, nil)
      if cursor == .max { return (count, sum) }
      count += 1
      sum &+= start &+ end
    }
  }

  func forEachRegion(_ body: (UInt64, UInt64, UInt64) -> Void) {
    for table in 0..<2 as Range<CInt> {
      var region = unsafe memblock_next_region(memblock_table_at(table), nil)
      while let found = unsafe region {
        let node = UInt64(UInt32(bitPattern: unsafe found.pointee.nid))
        unsafe body(
          found.pointee.base, found.pointee.size,
          UInt64(found.pointee.flags.rawValue) | node << 32)
        unsafe region = memblock_next_region(memblock_table_at(table), found)
      }
    }
  }

  @inline(__always)
  private func must(_ status: Int32) {
    if status != 0 { fatalError("memblock in C: \(status)") }
  }
}
