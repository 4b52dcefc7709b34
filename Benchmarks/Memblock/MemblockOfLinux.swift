import ConformanceSides
import Glibc

/// Linux's mm/memblock.c, which Scripts/linux-source.sh has built with gcc -O2.
@safe
struct MemblockOfLinux: MemblockPeer {
  static let name = "Linux"

  typealias Range = @convention(c) (UInt64, UInt64) -> Int32
  typealias Allocate = @convention(c) (UInt64, UInt64, UInt64, UInt64) -> UInt64
  typealias Ask = @convention(c) (UInt64) -> Bool
  typealias Search =
    @convention(c) (UInt, UnsafeMutablePointer<UInt>, UnsafeMutablePointer<UInt>) -> Int32
  typealias Sum = @convention(c) (Bool, UnsafeMutablePointer<UInt64>) -> Int
  typealias Act = @convention(c) () -> Void
  typealias SetFlag = @convention(c) (Bool) -> Void

  private let resetFunction, allowResizeFunction: Act
  private let bottomUpFunction: SetFlag
  private let addFunction, reserveFunction, freeFunction: Range
  private let allocateFunction: Allocate
  private let isMemoryFunction, isReservedFunction: Ask
  private let searchFunction: Search
  private let sumFunction: Sum
  private let side: UnsafePointer<ConformanceSides.side>

  /// The only instance; `nil` where Linux's memblock has not been built.
  nonisolated(unsafe) static let shared = MemblockOfLinux(".build-linux/6.12/liblinux-memblock.so")

  private init?(_ path: String) {
    guard let library = unsafe dlopen(path, RTLD_NOW) else { return nil }
    func find<Function>(_ name: String, as type: Function.Type = Function.self) -> Function {
      guard let symbol = unsafe dlsym(library, name) else { fatalError("\(path) has no \(name)") }
      // SAFETY: the functions' types are those of Linux's memblock.h and of oracle.c.
      return unsafe unsafeBitCast(symbol, to: type)
    }
    let open = unsafe find("linux_side", as: (@convention(c) () -> OpaquePointer).self)
    unsafe side = UnsafePointer(open())
    resetFunction = find("linux_reset")
    allowResizeFunction = find("memblock_allow_resize")
    bottomUpFunction = find("linux_set_bottom_up")
    addFunction = find("memblock_add")
    reserveFunction = find("memblock_reserve")
    freeFunction = find("memblock_phys_free")
    allocateFunction = find("memblock_phys_alloc_range")
    isMemoryFunction = find("memblock_is_memory")
    isReservedFunction = find("memblock_is_reserved")
    unsafe searchFunction = find("memblock_search_pfn_nid")
    unsafe sumFunction = find("linux_sum_free_ranges")
  }

  func reset() { resetFunction() }
  func allowResize() { allowResizeFunction() }
  func setBottomUp() { bottomUpFunction(true) }

  @inline(__always)
  func add(_ base: UInt64, _ size: UInt64) { must(addFunction(base, size)) }

  @inline(__always)
  func reserve(_ base: UInt64, _ size: UInt64) { must(reserveFunction(base, size)) }

  @inline(__always)
  func free(_ base: UInt64, _ size: UInt64) { must(freeFunction(base, size)) }

  @inline(__always)
  func allocate(_ size: UInt64, alignment: UInt64) -> UInt64 {
    let address = allocateFunction(size, alignment, 0, 0)
    precondition(address != 0, "Linux's memblock has no memory left")
    return address
  }

  @inline(__always)
  func isMemory(_ address: UInt64) -> Bool { isMemoryFunction(address) }

  @inline(__always)
  func isReserved(_ address: UInt64) -> Bool { isReservedFunction(address) }

  @inline(__always)
  func firstFrame(aroundFrame frame: UInt64) -> UInt64 {
    var (start, end) = (0 as UInt, 0 as UInt)
    _ = unsafe searchFunction(UInt(frame), &start, &end)
    return UInt64(start)
  }

  func sumFreeRanges(backwards: Bool) -> (count: Int, sum: UInt64) {
    var sum: UInt64 = 0
    let count = unsafe sumFunction(backwards, &sum)
    return (count, sum)
  }

  func forEachRegion(_ body: (UInt64, UInt64, UInt64) -> Void) {
    let state = unsafe side.pointee.state()
    unsafe forEachRegion(of: state.memory, body)
    unsafe forEachRegion(of: state.reserved, body)
  }

  private func forEachRegion(of table: side_table, _ body: (UInt64, UInt64, UInt64) -> Void) {
    for index in unsafe 0..<Int(table.count) {
      let region = unsafe table.regions[index]
      let node = UInt64(UInt32(bitPattern: region.node))
      body(region.base, region.size, UInt64(region.flags) | node << 32)
    }
  }

  @inline(__always)
  private func must(_ status: Int32) {
    precondition(status == 0, "Linux's memblock is out of memory")
  }
}
