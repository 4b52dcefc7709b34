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
  /// The number of the operation that comes next.
  public private(set) var next = 0
  var nodesAreSet = false
  /// By how much Linux's total of `memory` differs from that of the regions: Linux keeps
  /// counting what it has cut off at the borders of pages.
  var trimmed: UInt64 = 0

  /// Whether the log says which addresses were given. Not all kernels here did.
  private let hasAnswers: Bool

  /// Starts at the first dump of the log; without one, with a memblock that knows nothing.
  ///
  /// - Parameters:
  ///   - log: What was logged.
  ///   - window: Physical memory from 0 that holds nothing yet, 1 MiB at least.
  public init(_ log: BootLog, in window: PhysicalMemoryWindow) throws(Difference) {
    self.log = log
    self.window = window
    hasAnswers = log.operations.contains { Self.isAnswer($0, log) }
    memblock.rules = LinuxRules(of: log)
    if let machine = ReplayMachine(log) { ACPIImage(machine)?.write(through: window) }
    memblock.allowResize(through: window)
    if let first = log.dumps.first {
      try load(first)
      next = first.operationsBefore
    }
  }

  /// Starts with tables that are known, to run the operations of one step of a boot on them.
  ///
  /// - Parameters:
  ///   - log: What was logged of the step.
  ///   - step: The tables as they were before the step, and those after it, whose settings hold.
  ///   - window: Physical memory from 0; tables that had grown are written where they lay.
  public init(
    _ log: BootLog, of step: (before: MemblockTables, after: MemblockTables),
    in window: PhysicalMemoryWindow
  ) {
    self.log = log
    self.window = window
    hasAnswers = log.operations.contains { Self.isAnswer($0, log) }
    nodesAreSet = true
    memblock = step.before.memblock(in: window, settings: step.after)
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
    while next < index { try runNext() }
  }

  /// Runs one operation: for an allocation, its request and the reservation that answers it. What
  /// is logged of a table that it makes grow is of the operation too.
  public mutating func runNext() throws(Difference) {
    let operation = log.operations[next]
    if !nodesAreSet, let line = nodeLine, line < (Int(operation.file), Int(operation.lineNumber)) {
      try setNodes()
    }
    next += 1
    try run(operation)
    while next < log.operations.count, Self.isOfGrowth(log.operations[next], log) { next += 1 }
    operationCount += 1
  }

  /// Runs operations one after another.
  ///
  /// - Parameter starts: Where they begin in the log's list of them.
  /// - Returns: where the last of them allocates, which gaps it tried.
  public mutating func run(_ starts: ArraySlice<Int>) throws(Difference) -> AllocationSearch? {
    var search: AllocationSearch?
    for (number, start) in starts.enumerated() {
      if number == starts.count - 1, log.operations[start].kind == .allocate {
        search = self.search(for: start)
      }
      try runNext()
    }
    return search
  }

  /// Gives the memblock away, as it is after what has been run.
  public consuming func take() -> Memblock { memblock }

  /// Where each operation begins in the log's list of them: what `runNext` runs at once counts as
  /// one. O(operations).
  public static func starts(in log: BootLog) -> [Int] {
    var starts: [Int] = []
    var index = 0
    while index < log.operations.count {
      starts.append(index)
      let isRequest = log.operations[index].kind == .allocate
      index = isRequest ? (answerIndex(to: index, in: log) ?? index) + 1 : index + 1
      while index < log.operations.count, isOfGrowth(log.operations[index], log) { index += 1 }
    }
    return starts
  }

  /// Which gaps the request at `index` tries, on the memblock as it is now.
  ///
  /// - Parameter index: The number of an operation that allocates.
  public func search(for index: Int) -> AllocationSearch {
    let operation = log.operations[index]
    return AllocationSearch(
      for: request(operation), minimumIsPreference: !isNamed("phys_alloc", operation), in: memblock)
  }

  /// The request of an operation that allocates: what it asks for, by Linux's function.
  public func request(_ operation: LoggedOperation) -> AllocationRequest {
    AllocationRequest(
      size: operation.first, alignment: operation.second,
      minimum: PhysicalAddress(operation.minimum),
      maximum: PhysicalAddress(linuxUpperBound: operation.maximum),
      node: NodeID(operation.node), isNodeExact: operation.isNodeExact)
  }

  /// The range that was given for the request at `index`: the line after it says so.
  ///
  /// - Parameters:
  ///   - index: The number of an operation that allocates.
  ///   - log: The log that it is in.
  public static func answer(to index: Int, in log: BootLog) -> LoggedOperation? {
    answerIndex(to: index, in: log).map { log.operations[$0] }
  }

  private static func answerIndex(to index: Int, in log: BootLog) -> Int? {
    var following = index + 1
    while following < log.operations.count {
      let operation = log.operations[following]
      if isAnswer(operation, log) { return following }
      guard isOfGrowth(operation, log) else { return nil }
      following += 1
    }
    return nil
  }

  /// Whether the line says what an allocation was given. Linux names the function that reserves as
  /// the caller then.
  private static func isAnswer(_ operation: LoggedOperation, _ log: BootLog) -> Bool {
    guard operation.kind == .reserve, !isOfGrowth(operation, log) else { return false }
    return log.name(operation.caller, contains: "memblock_")
      || log.name(operation.caller) == "allocate"
  }

  // MARK: Single operations

  private mutating func run(_ operation: LoggedOperation) throws(Difference) {
    if operation.kind == .allocate { return try allocate(operation) }
    let range = AddressRange(
      at: PhysicalAddress(operation.first),
      size: operation.second &- operation.first &+ 1)
    let flags = RegionFlags(rawValue: UInt32(operation.flags))
    do throws(MemblockError) {
      switch operation.kind {
      case .add: try memblock.add(range)
      case .addNode: try memblock.add(range, node: NodeID(operation.node), flags: flags)
      case .remove: try memblock.remove(range)
      case .free: try memblock.free(range)
      case .setNode where operation.node >= 0:
        try memblock.setNode(NodeID(operation.node), of: range)
      case .reserve:
        // The table of a request is grown by the request itself.
        if Self.isOfGrowth(operation, log) { break }
        if operation.node >= 0 || !flags.isEmpty {
          try memblock.reserve(range, node: NodeID(operation.node), flags: flags)
        } else {
          try memblock.reserve(range)
        }
        // The first MiB is no longer scratch memory then, without a line of its own.
        if memblock.rules.firstMebibyteIsScratch,
          log.name(operation.caller, contains: "reserve_real_mode")
        {
          try memblock.clearScratch(range)
        }
      case .allocate, .doubled, .setNode, .other: break
      }
    } catch {
      throw difference(operation, "memblock here answers \(error)")
    }
  }

  private mutating func allocate(_ operation: LoggedOperation) throws(Difference) {
    let answered = Self.answerIndex(to: next - 1, in: log)
    let answer = answered.map { log.operations[$0] }
    let request = request(operation)
    var found: PhysicalAddress?
    do throws(MemblockError) {
      if isNamed("hugetlb", operation) {
        found = try memblock.allocateHugePage(
          size: request.size, node: request.node, isNodeExact: request.isNodeExact
        ).start
      } else if isNamed("phys_alloc", operation) {
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
    // That line's reservation is made already.
    if let answered { next = answered + 1 }
  }

  private static func text(_ address: UInt64?) -> String {
    address.map { "0x" + String($0, radix: 16) } ?? "nothing"
  }

  private func isNamed(_ part: StaticString, _ operation: LoggedOperation) -> Bool {
    log.name(operation.function, contains: part)
  }

  /// Whether the line is about a table that grows, or about its memory.
  private static func isOfGrowth(_ operation: LoggedOperation, _ log: BootLog) -> Bool {
    operation.kind == .doubled
      || operation.kind == .reserve && log.name(operation.caller, contains: "memblock_double_array")
  }

  private func difference(_ operation: LoggedOperation, _ text: String) -> Difference {
    Difference(
      file: Int(operation.file), lineNumber: Int(operation.lineNumber),
      text: "\(log.name(operation.function)): \(text)")
  }
}
