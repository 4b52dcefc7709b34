import Addressing

/// What a memblock prints: each operation when asked to (`memblock=debug`), and always what it
/// could not do. The lines are Linux's.
///
/// The sink is a C function pointer, which takes no heap and stands in a global's initial value.
public struct MemblockLog: Sendable {
  /// Takes the text, a byte at a time; `nil` drops it.
  public var sink: (@convention(c) (UInt8) -> Void)?

  /// Whether each operation is printed: Linux's boot option `memblock=debug`.
  public var isDebug: Bool

  /// Makes a log that drops everything.
  @inlinable @inline(__always)
  public init() {
    sink = nil
    isDebug = false
  }

  /// A sink for the duration of one line.
  struct Line: TextSink {
    let sink: @convention(c) (UInt8) -> Void

    mutating func write(_ byte: UInt8) { sink(byte) }
  }
}

extension MemblockLog {
  /// Where a debug line goes to; `nil` where none is wanted.
  @inline(__always)
  private var debugLine: Line? {
    guard isDebug, let sink else { return nil }
    return Line(sink: sink)
  }

  /// `name: [base-end] caller`, as Linux prints an operation on a range.
  @inline(__always)
  func note(_ name: String, _ range: AddressRange, _ caller: String) {
    if isDebug { write(name, range, caller) }
  }

  private func write(_ name: String, _ range: AddressRange, _ caller: String) {
    guard var line = debugLine else { return }
    line.write(name)
    line.write(": ")
    line.write(inclusive: range)
    line.finish(caller)
  }

  /// `memblock_add_node: [base-end] nid=N flags=F caller`.
  func noteNode(
    _ name: String, _ range: AddressRange, _ flags: RegionFlags, _ node: NodeID, _ caller: String
  ) {
    guard var line = debugLine else { return }
    line.write(name)
    line.write(": ")
    line.write(inclusive: range)
    line.write(" nid=")
    line.write(signed: node.value)
    line.write(" flags=")
    line.write(bareHex: UInt64(flags.rawValue))
    line.finish(caller)
  }

  /// `name: N bytes align=0xA nid=N from=0xF max_addr=0xM caller`.
  func noteAllocation(
    _ name: String, _ request: AllocationRequest, _ maximum: PhysicalAddress?, withNode: Bool,
    _ caller: String
  ) {
    guard var line = debugLine else { return }
    line.write(name)
    line.write(": ")
    line.write(decimal: request.size)
    line.write(" bytes align=")
    line.write(hex: request.alignment)
    if withNode {
      line.write(" nid=")
      line.write(signed: request.node.value)
    }
    line.write(" from=")
    line.write(PhysicalAddress(request.bounds.base))
    line.write(" max_addr=")
    line.write(maximum ?? .zero)
    line.finish(caller)
  }

  /// `memblock: NAME is doubled to N at [base-end]`.
  func noteGrowth(of type: RegionType, to capacity: Int, _ address: PhysicalAddress) {
    guard var line = debugLine else { return }
    line.write("memblock: ")
    line.write(type)
    line.write(" is doubled to ")
    line.write(decimal: UInt64(capacity))
    line.write(" at ")
    line.write(
      inclusive: AddressRange(
        at: address, size: UInt64(capacity * TableStorage.bytesPerEntry)))
    line.write("\n")
  }

  /// That a table could not grow.
  func warnAboutGrowth(of type: RegionType, from capacity: Int) {
    guard let sink else { return }
    var line = Line(sink: sink)
    line.write("memblock: Failed to double ")
    line.write(type)
    line.write(" array from ")
    line.write(decimal: UInt64(capacity))
    line.write(" to ")
    line.write(decimal: UInt64(capacity * 2))
    line.write(" entries !\n")
  }

  /// That mirrored memory was wanted and there was none.
  func warnAboutMirror(_ size: UInt64) {
    guard let sink else { return }
    var line = Line(sink: sink)
    line.write("Could not allocate ")
    line.write(hex: size, digits: 16)
    line.write(" bytes of mirrored memory\n")
  }

  /// That too much memory is on no node.
  func warnAboutCoverage(uncovered: UInt64, of total: UInt64) {
    guard let sink else { return }
    var line = Line(sink: sink)
    line.write("NUMA: no nodes coverage for ")
    line.write(decimal: uncovered >> 20)
    line.write("MB of ")
    line.write(decimal: total >> 20)
    line.write("MB RAM\n")
  }

  /// A warning that is one fixed text.
  func warn(_ text: String) {
    guard let sink else { return }
    var line = Line(sink: sink)
    line.write(text)
    line.write("\n")
  }
}

extension MemblockLog.Line {
  mutating func write(bareHex number: UInt64) {
    var shift = (63 - (number | 1).leadingZeroBitCount) / 4 * 4
    while shift >= 0 {
      let nibble = UInt8(number >> UInt64(shift) & 0xf)
      write(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10)
      shift -= 4
    }
  }

  mutating func finish(_ caller: String) {
    write(" ")
    write(caller)
    write("\n")
  }
}
