import Addressing
import Memblock

#if canImport(Glibc)
  import Glibc
#endif

/// This package's memblock.
@safe
struct MemblockHere: MemblockPeer {
  static let name = "here"

  /// The bytes of physical memory that tables may grow into.
  static var windowSize: UInt64 { MemblockWork.memorySize }

  private let memblock: UnsafeMutablePointer<Memblock>
  private let window: PhysicalMemoryWindow

  /// The only instance.
  nonisolated(unsafe) static let shared = MemblockHere()

  private init() {
    unsafe memblock = .allocate(capacity: 1)
    unsafe memblock.initialize(to: Memblock())
    // SAFETY: the mapping stays until the process ends.
    window = unsafe PhysicalMemoryWindow(
      showing: AddressRange(at: .zero, size: Self.windowSize),
      at: VirtualAddress(UInt64(UInt(bitPattern: Self.mapWindow()))))
  }

  /// Memory of `windowSize` bytes that plays physical memory.
  static func mapWindow() -> UnsafeMutableRawPointer {
    guard
      let start = unsafe mmap(
        nil, Int(windowSize), PROT_READ | PROT_WRITE,
        MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0), unsafe start != MAP_FAILED
    else { fatalError("no room for a window of \(windowSize >> 30) GiB") }
    return unsafe start
  }

  /// By the rules of the Linux that is beside it, whose newer versions don't export all functions.
  func reset() {
    unsafe memblock.pointee = Memblock()
    unsafe memblock.pointee.rules = .linux6_12
  }

  func allowResize() { unsafe memblock.pointee.allowResize(through: window) }

  func setBottomUp() { unsafe memblock.pointee.isBottomUp = true }

  @inline(__always)
  func add(_ base: UInt64, _ size: UInt64) {
    must { () throws(MemblockError) in unsafe try memblock.pointee.add(range(base, size)) }
  }

  @inline(__always)
  func reserve(_ base: UInt64, _ size: UInt64) {
    must { () throws(MemblockError) in unsafe try memblock.pointee.reserve(range(base, size)) }
  }

  @inline(__always)
  func free(_ base: UInt64, _ size: UInt64) {
    must { () throws(MemblockError) in unsafe try memblock.pointee.free(range(base, size)) }
  }

  @inline(__always)
  func allocate(_ size: UInt64, alignment: UInt64) -> UInt64 {
    must { () throws(MemblockError) in
      unsafe try memblock.pointee.allocate(size: size, alignment: alignment).start.value
    }
  }

  @inline(__always)
  func isMemory(_ address: UInt64) -> Bool {
    unsafe memblock.pointee.isMemory(PhysicalAddress(address))
  }

  @inline(__always)
  func isReserved(_ address: UInt64) -> Bool {
    unsafe memblock.pointee.isReserved(PhysicalAddress(address))
  }

  @inline(__always)
  func firstFrame(aroundFrame frame: UInt64) -> UInt64 {
    let found = unsafe memblock.pointee.region(holding: PageFrameNumber(frame))
    return found?.frames.lowerBound.value ?? 0
  }

  func sumFreeRanges(backwards: Bool) -> (count: Int, sum: UInt64) {
    unsafe Self.sumFreeRanges(of: memblock.pointee, backwards ? .downwards : .upwards)
  }

  private static func sumFreeRanges(
    of memblock: borrowing Memblock, _ direction: Direction
  ) -> (count: Int, sum: UInt64) {
    var (count, sum) = (0, 0 as UInt64)
    memblock.forEachFreeRange(direction) { range in
      count += 1
      sum &+= range.start.value &+ range.end.value
    }
    return (count, sum)
  }

  func forEachRegion(_ body: (UInt64, UInt64, UInt64) -> Void) {
    unsafe Self.forEachRegion(of: memblock.pointee, body)
  }

  private static func forEachRegion(
    of memblock: borrowing Memblock, _ body: (UInt64, UInt64, UInt64) -> Void
  ) {
    for index in memblock.memory.indices { report(memblock.memory[index], body) }
    for index in memblock.reserved.indices { report(memblock.reserved[index], body) }
  }

  private static func report(_ region: Region, _ body: (UInt64, UInt64, UInt64) -> Void) {
    let node = UInt64(UInt32(bitPattern: region.node.value))
    body(region.base.value, region.size, UInt64(region.flags.rawValue) | node << 32)
  }

  @inline(__always)
  private func range(_ base: UInt64, _ size: UInt64) -> AddressRange {
    AddressRange(at: PhysicalAddress(base), size: size)
  }

  @inline(__always)
  private func must<Result>(_ body: () throws(MemblockError) -> Result) -> Result {
    do throws(MemblockError) { return try body() } catch { fatalError("memblock: \(error)") }
  }
}
