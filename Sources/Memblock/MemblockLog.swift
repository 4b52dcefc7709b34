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

  /// The last word of an operation's line, where Linux prints the address that it returns to.
  @usableFromInline var caller: StaticString

  /// Makes a log that drops everything.
  @inlinable @inline(__always)
  public init() {
    sink = nil
    isDebug = false
    caller = "memblock"
  }

  /// A sink for the duration of one line.
  package struct Line: TextSink {
    let sink: @convention(c) (UInt8) -> Void

    package init(to sink: @convention(c) (UInt8) -> Void) { self.sink = sink }

    package mutating func write(_ byte: UInt8) { sink(byte) }
  }
}

extension Memblock {
  /// Does something for `caller`, whom the log names in the line of each operation.
  ///
  /// ```swift
  /// let page = try memblock.logging(as: "early_setup") { (memblock) throws(MemblockError) in
  ///   try memblock.allocate(size: 4096, alignment: 4096)
  /// }
  /// ```
  ///
  /// - Parameters:
  ///   - caller: The name; without one it is `memblock`.
  ///   - body: The operations.
  public mutating func logging<Result, Failure: Error>(
    as caller: StaticString, _ body: (inout Memblock) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let outer = log.caller
    log.caller = caller
    defer { log.caller = outer }
    return try body(&self)
  }
}

extension MemblockLog {
  /// Prints a line, where there is a sink.
  package func write(_ text: (inout Line) -> Void) {
    guard let sink else { return }
    var line = Line(to: sink)
    text(&line)
    line.write("\n")
  }

  /// `name: [base-end] caller`, as Linux prints an operation on a range.
  @inline(__always)
  func note(_ name: StaticString, _ range: AddressRange) {
    if isDebug { note(name, range, by: caller) }
  }

  /// A reservation, in the words of the Linux of `rules`.
  @inline(__always)
  func noteReservation(_ range: AddressRange, _ attributes: RegionAttributes, _ rules: LinuxRules) {
    if isDebug { noteReservation(range, attributes, rules, by: caller) }
  }

  /// The reservation of an allocation, of which `caller` has a line already.
  @inline(__always)
  func noteAllocated(_ range: AddressRange, _ attributes: RegionAttributes, _ rules: LinuxRules) {
    if isDebug { noteReservation(range, attributes, rules, by: "allocate") }
  }

  @inline(never)
  private func noteReservation(
    _ range: AddressRange, _ attributes: RegionAttributes, _ rules: LinuxRules,
    by caller: StaticString
  ) {
    guard rules.marksKernelReservations else {
      return note("memblock_reserve", range, by: caller)
    }
    noteNode("__memblock_reserve", range, attributes.flags, attributes.node, by: caller)
  }

  @inline(never)
  private func note(_ name: StaticString, _ range: AddressRange, by caller: StaticString) {
    write { line in
      line.write(name, range)
      line.write(by: caller)
    }
  }

  /// `memblock_add_node: [base-end] nid=N flags=F caller`.
  @inline(never)
  func noteNode(
    _ name: StaticString, _ range: AddressRange, _ flags: RegionFlags, _ node: NodeID
  ) {
    if isDebug { noteNode(name, range, flags, node, by: caller) }
  }

  private func noteNode(
    _ name: StaticString, _ range: AddressRange, _ flags: RegionFlags, _ node: NodeID,
    by caller: StaticString
  ) {
    write { line in
      line.write(name, range)
      line.write(" nid=")
      line.write(signed: node.value)
      line.write(" flags=")
      line.write(bareHex: UInt64(flags.rawValue))
      line.write(by: caller)
    }
  }

  /// `name: N bytes align=0xA nid=N from=0xF max_addr=0xM caller`.
  @inline(__always)
  func noteAllocation(
    _ name: StaticString, _ request: AllocationRequest, _ maximum: PhysicalAddress?,
    withNode: Bool = true
  ) {
    if isDebug { write(name, request, maximum ?? .zero, withNode) }
  }

  @inline(never)
  private func write(
    _ name: StaticString, _ request: AllocationRequest, _ maximum: PhysicalAddress,
    _ withNode: Bool
  ) {
    write { line in
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
      line.write(maximum)
      line.write(by: caller)
    }
  }

  /// `memblock: NAME is doubled to N at [base-end]`.
  func noteGrowth(of type: RegionType, to capacity: Int, _ start: PhysicalAddress) {
    if !isDebug { return }
    write { line in
      line.write("memblock: ")
      line.write(type.name)
      line.write(" is doubled to ")
      line.write(decimal: UInt64(capacity))
      line.write(" at ")
      line.write(
        inclusive: AddressRange(at: start, size: UInt64(capacity * TableStorage.bytesPerEntry)))
    }
  }

  /// That mirrored memory was wanted and there was none.
  func warnAboutMirror(_ size: UInt64) {
    write { line in
      line.write("Could not allocate ")
      line.write(hex: size, digits: 16)
      line.write(" bytes of mirrored memory")
    }
  }
}

extension MemblockLog.Line {
  fileprivate mutating func write(_ name: StaticString, _ range: AddressRange) {
    write(name)
    write(": ")
    write(inclusive: range)
  }

  fileprivate mutating func write(by caller: StaticString) {
    write(" ")
    write(caller)
  }
}
