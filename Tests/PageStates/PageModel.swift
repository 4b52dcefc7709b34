import Addressing
import PageAllocator
import Zones

/// What an allocator must answer, told by what each unit is used for and nothing else.
struct PageModel {
  let machine: PageMachine
  /// What each unit is used for.
  var units: [FrameState]

  init(_ machine: PageMachine) {
    self.machine = machine
    let released = machine.released ?? 0..<machine.unitCount
    units = (0..<machine.unitCount).map { released.contains($0) ? .free : .reserved }
  }

  /// The number of free units.
  var freeUnits: Int { units.count { $0 == .free } }

  /// The number of units that were ever released.
  var managedUnits: Int { units.count { $0 != .reserved } }

  /// Follows an operation; what is wrong with the answer to it, if anything.
  mutating func follow(_ operation: PageOperation, _ answer: PageAnswer) -> String? {
    switch operation {
    case .allocate(let order, let request, _):
      allocated(
        answer, 1 << (order - machine.unitOrder), alignment: 1 << (order - machine.unitOrder),
        error: error(of: order, request)
      ) { Self.isWanted($0, request) }
    case .allocateRun(let count, let alignment, _):
      allocatedRun(answer, count, alignment)
    case .allocateBelow(let count, let alignment, let limit):
      allocated(answer, count, alignment: alignment, below: limit, error: nil) {
        $0.kind <= .normal
      }
    case .allocateRange(let range): allocatedRange(answer, range)
    case .free(let unit, let order, _): freed(answer, blocks(unit, order))
    case .freeRange(let range): freed(answer, blocks(range))
    case .release(let range): released(answer, range)
    case .drain, .count, .tearDown: answer == .done ? nil : "there must be no other answer"
    }
  }
}

// MARK: Allocating

extension PageModel {
  /// The error that a request gets in every state.
  private func error(of order: Int, _ request: PageRequest) -> AllocationError? {
    if order < 0 || order > machine.maximumOrder { return .tooLarge }
    let isThere = request.node < 0 || machine.parts.contains { $0.node == request.node }
    return isThere ? nil : .noSuchNode(NodeID(request.node))
  }

  private static func isWanted(_ part: PageMachine.Part, _ request: PageRequest) -> Bool {
    part.kind <= request.highest && (!request.isExact || part.node == request.node)
  }

  /// Whether units are all free, aligned and in one part that will do.
  private func isFree(
    _ range: Range<Int>, alignment: Int, in isWanted: (PageMachine.Part) -> Bool
  ) -> Bool {
    guard let part = machine.part(of: range.lowerBound),
      range.upperBound <= machine.parts[part].units.upperBound, isWanted(machine.parts[part])
    else { return false }
    let size = UInt64(alignment) << UInt64(machine.unitOrder)
    return machine.frame(of: range.lowerBound).value.isMultiple(of: size)
      && range.allSatisfy { units[$0] == .free }
  }

  /// Checks the answer to a request for any units of some sort.
  private mutating func allocated(
    _ answer: PageAnswer, _ count: Int, alignment: Int, below limit: Int = .max,
    error: AllocationError?, in isWanted: (PageMachine.Part) -> Bool
  ) -> String? {
    if let error { return answer == .notAllocated(error) ? nil : "wanted: \(error)" }
    switch answer {
    case .allocated(let frames):
      guard let first = machine.unit(at: frames.lowerBound),
        frames == machine.frames(first..<first + count), first + count <= limit,
        isFree(first..<first + count, alignment: alignment, in: isWanted)
      else { return "these were not free, or are not what was wanted" }
      take(first..<first + count)
      return nil
    case .notAllocated(.outOfMemory):
      let found = units.indices.first {
        $0 + count <= min(limit, units.count)
          && isFree($0..<$0 + count, alignment: alignment, in: isWanted)
      }
      return found.map { "\($0)..<\($0 + count) is free" }
    default: return "there must be no other answer"
    }
  }

  /// A run comes from a block of the next power of two, if one can be so large.
  private mutating func allocatedRun(
    _ answer: PageAnswer, _ count: Int, _ alignment: Int
  ) -> String? {
    let size = max(count, alignment)
    let power = 1 << (Int.bitWidth - (size - 1).leadingZeroBitCount)
    if power << machine.unitOrder > 1 << machine.maximumOrder {
      return allocated(answer, count, alignment: alignment, error: nil) { $0.kind <= .normal }
    }
    if case .notAllocated(.outOfMemory) = answer {
      return allocated(answer, power, alignment: power, error: nil) { $0.kind <= .normal }
    }
    return allocated(answer, count, alignment: power, error: nil) { $0.kind <= .normal }
  }

  private mutating func allocatedRange(_ answer: PageAnswer, _ range: Range<Int>) -> String? {
    let wanted: PageAnswer
    if range.isEmpty {
      wanted = .notAllocated(.tooLarge)
    } else if let part = machine.part(of: range.lowerBound) {
      let end = machine.parts[part].units.upperBound
      if range.upperBound > end {
        wanted = .notAllocated(.outsideZone(machine.frame(of: end)))
      } else if let used = range.first(where: { units[$0] != .free }) {
        wanted = .notAllocated(.notFree(machine.frame(of: used)))
      } else {
        take(range)
        wanted = .done
      }
    } else {
      wanted = .notAllocated(.outsideZone(machine.frame(of: range.lowerBound)))
    }
    return answer == wanted ? nil : "wanted: \(wanted)"
  }

  /// Notes the largest blocks that a run is made of as allocated.
  private mutating func take(_ range: Range<Int>) {
    for block in Self.blocks(of: range, machine) {
      for unit in block.units { units[unit] = .inside }
      units[block.units.lowerBound] = .head(order: block.order)
    }
  }
}
