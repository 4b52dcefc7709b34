public import Addressing
import Firmware
public import LogReading
public import Memblock

/// The operations that `memblock=debug` logged, run on a memblock: from one of the log's dumps
/// to the next, and on to the end of the log.
///
/// What Linux does to memblock without a line is done as well: nodes are set after SRAT's
/// lines, by the log's own SRAT. What was done before the first dump is taken from that dump;
/// the first lines of a boot come before Linux knows that it should log.
public struct DebugLogReplay: ~Copyable {
  /// Where the replay and the log part.
  public struct Difference: Error, Sendable {
    /// The file and the line of the log.
    public let file: Int
    /// The line in that file.
    public let lineNumber: Int
    /// What Linux has there, and what came out here.
    public let text: String
  }

  /// The memblock, after what has been run.
  public internal(set) var memblock = Memblock()
  /// How many operations have been run, allocations compared, and dumps compared.
  public private(set) var operationCount = 0
  /// The allocations whose addresses the log has, and which were equal.
  public private(set) var allocationCount = 0
  /// The dumps that were equal.
  public private(set) var dumpCount = 0

  let log: BootLog
  let window: PhysicalMemoryWindow
  private var next = 0
  var nodesAreSet = false
  /// By how much Linux's total of `memory` differs from that of the regions: Linux keeps
  /// counting what it has cut off at the borders of pages.
  var trimmed: UInt64 = 0

  /// Whether the log says which addresses were given. Linux's does; the kernel here logs the
  /// requests alone.
  private let hasAnswers: Bool

  /// Starts at the first dump of the log; without one, with a memblock that knows nothing.
  ///
  /// - Parameters:
  ///   - log: What was logged.
  ///   - window: Physical memory from 0 that holds nothing yet, 1 MiB at least.
  public init(_ log: BootLog, in window: PhysicalMemoryWindow) throws(Difference) {
    self.log = log
    self.window = window
    hasAnswers = log.operations.contains {
      $0.kind == .reserve && log.name($0.caller, contains: "memblock_")
    }
    memblock.rules = log.marksKernelReservations ? .linux7_3 : .linux6_12
    if let machine = ReplayMachine(log) { ACPIImage(machine)?.write(through: window) }
    memblock.allowResize(through: window)
    if let first = log.dumps.first {
      try load(first)
      next = first.operationsBefore
    }
  }

  /// Runs all that the log has, comparing as it goes.
  public mutating func runAll() throws(Difference) {
    for dump in log.dumps.dropFirst() {
      try run(upTo: dump.operationsBefore)
      if !nodesAreSet, let line = nodeLine, line < (dump.file, dump.lineNumber) { try setNodes() }
      try compare(with: dump)
      dumpCount += 1
    }
    try run(upTo: log.operations.count)
  }

  /// Runs the operations before the one at `index`, comparing what was allocated.
  public mutating func run(upTo index: Int) throws(Difference) {
    while next < index {
      let operation = log.operations[next]
      if !nodesAreSet, let line = nodeLine,
        line < (Int(operation.file), Int(operation.lineNumber))
      {
        try setNodes()
      }
      next += 1
      try run(operation)
      operationCount += 1
    }
  }

  /// The request of an operation that allocates: what it asks for, by Linux's function.
  public func request(_ operation: LoggedOperation) -> AllocationRequest {
    AllocationRequest(
      size: operation.first, alignment: operation.second,
      minimum: PhysicalAddress(operation.minimum),
      maximum: operation.maximum == 0 ? nil : PhysicalAddress(operation.maximum),
      node: NodeID(operation.node), isNodeExact: isNamed("exact_nid", operation))
  }

  /// The range that Linux gave for the request at `index`: the line after it says so.
  public static func answer(to index: Int, in log: BootLog) -> LoggedOperation? {
    var following = index + 1
    while following < log.operations.count {
      let operation = log.operations[following]
      if operation.kind == .doubled || isOfGrowth(operation, log) {
        following += 1
        continue
      }
      guard operation.kind == .reserve, log.name(operation.caller, contains: "memblock_") else {
        return nil
      }
      return operation
    }
    return nil
  }

  // MARK: Single operations

  private mutating func run(_ operation: LoggedOperation) throws(Difference) {
    if operation.kind == .allocate { return try allocate(operation) }
    let range = AddressRange(
      at: PhysicalAddress(operation.first),
      size: operation.second &- operation.first &+ 1)
    do throws(MemblockError) {
      switch operation.kind {
      case .add: try memblock.add(range)
      case .addNode: try memblock.add(range, node: NodeID(operation.node))
      case .remove: try memblock.remove(range)
      case .free: try memblock.free(range)
      case .setNode where operation.node >= 0:
        try memblock.setNode(NodeID(operation.node), of: range)
      case .reserve:
        // The table of a request is grown by the request itself.
        if !Self.isOfGrowth(operation, log) { try reserve(range, operation) }
      case .allocate, .doubled, .setNode, .other: break
      }
    } catch {
      throw difference(operation, "memblock here answers \(error)")
    }
  }

  private mutating func reserve(
    _ range: AddressRange, _ operation: LoggedOperation
  ) throws(MemblockError) {
    guard log.marksKernelReservations else { return try memblock.reserve(range) }
    try memblock.reserve(
      range, node: NodeID(operation.node), flags: RegionFlags(rawValue: UInt32(operation.flags)))
    // Without a line of its own.
    if log.name(operation.caller, contains: "reserve_real_mode") {
      try memblock.clearScratch(range)
    }
  }

  private mutating func allocate(_ operation: LoggedOperation) throws(Difference) {
    let answer = Self.answer(to: next - 1, in: log)
    let request = request(operation)
    var found: PhysicalAddress?
    do throws(MemblockError) {
      if isNamed("phys_alloc", operation) {
        found = try memblock.allocate(
          size: request.size, alignment: request.alignment, minimum: request.minimum,
          maximum: request.maximum, node: request.node
        ).start
      } else {
        found = try memblock.allocateRaw(
          size: request.size, alignment: request.alignment, preferring: request.minimum,
          maximum: request.maximum, node: request.node, isNodeExact: request.isNodeExact
        ).start
      }
    } catch {
      found = nil
    }
    guard hasAnswers else { return }
    guard found?.value == answer?.first else {
      throw difference(
        operation,
        "Linux was given \(Self.text(answer?.first)), and the replay \(Self.text(found?.value))")
    }
    allocationCount += 1
    guard let answer else { return }
    // That line's reservation is made already.
    while next < log.operations.count {
      next += 1
      if log.operations[next - 1] == answer { break }
    }
  }

  private static func text(_ address: UInt64?) -> String {
    address.map { "0x" + String($0, radix: 16) } ?? "nothing"
  }

  private func isNamed(_ part: StaticString, _ operation: LoggedOperation) -> Bool {
    log.name(operation.function, contains: part)
  }

  /// Whether the line is about the memory of a table that grows.
  private static func isOfGrowth(_ operation: LoggedOperation, _ log: BootLog) -> Bool {
    operation.kind == .reserve && log.name(operation.caller, contains: "memblock_double_array")
  }

  private func difference(_ operation: LoggedOperation, _ text: String) -> Difference {
    Difference(
      file: Int(operation.file), lineNumber: Int(operation.lineNumber),
      text: "\(log.name(operation.function)): \(text)")
  }
}
