import Addressing
import PageAllocator
import SimulatedMemory
import Zones

/// The page allocator of a small machine, and the model that knows what it must answer.
final class PageSubject {
  /// A difference before the first state.
  struct EarlyDifference: Error {
    let operations: ArraySlice<PageOperation>
    let text: String
  }

  let machine: PageMachine
  private(set) var operations: [PageOperation] = []
  private(set) var model: PageModel
  /// The allocator's tables, and behind them all frames where these are filled. Nobody writes to
  /// a frame here, so what is in them never changes.
  private let memory: SimulatedMemory
  private let layoutMemory: SimulatedMemory
  private let pages: PageAllocator
  private let tableSize: Int
  /// The tables and the model in the state that operations are tried from, and in the first one.
  private var kept: (image: [UInt64], model: PageModel)
  private var first: (image: [UInt64], model: PageModel)

  init(_ machine: PageMachine) throws {
    self.machine = machine
    model = PageModel(machine)
    let regions = machine.parts.map { part in
      let frames = machine.frames(part.units)
      return LayoutRegion(
        AddressRange(from: frames.lowerBound.start, to: frames.upperBound.start),
        node: NodeID(part.node))
    }
    layoutMemory = SimulatedMemory(at: 1 << 50, size: 1 << 16)
    let layout = try ZoneLayout(
      ofRegions: regions.count, maximumOrder: machine.maximumOrder, in: layoutMemory.window,
      at: layoutMemory.range.start
    ) { regions[$0] }
    var options = PageAllocator.Options()
    options.processors = machine.processors
    options.poisonsFreeFrames = machine.poisons
    if machine.processors > 1 { options.hooks = ActingProcessor.hooks }
    var size = PageAllocator.storageSize(for: layout, options: options).alignedUp(to: 64)
    let nodes = size
    for node in 0..<layout.nodeCount { size += layout.recordsSize(ofNode: node).alignedUp(to: 64) }
    tableSize = Int(size.alignedUp(to: 4096))
    let start = machine.frame(of: 0).start
    let frames = machine.poisons ? machine.frame(of: machine.unitCount).start - start : 0
    memory = SimulatedMemory(at: start.value - UInt64(tableSize), size: tableSize + Int(frames))
    var next = memory.range.start + nodes
    for node in 0..<layout.nodeCount {
      layout.placeRecords(ofNode: node, at: next)
      next = next + layout.recordsSize(ofNode: node).alignedUp(to: 64)
    }
    pages = PageAllocator(
      layout, options: options, in: memory.window, at: memory.range.start
    ) { _, _ in 20 }
    pages.release(machine.frames(machine.released ?? 0..<machine.unitCount))
    first = ([], model)
    kept = first
    try prepare()
  }

  /// Goes to the first state.
  private func prepare() throws {
    var freed: [Int: Int] = [:]
    for (number, operation) in machine.preparation.enumerated() {
      let before = model
      if let text = step(operation) ?? brokenInvariant {
        throw EarlyDifference(operations: machine.preparation[...number], text: text)
      }
      if case .allocate(_, _, let processor) = operation {
        freed[processor] = model.units.indices.first { before.units[$0] != model.units[$0] }
      }
    }
    pages.clearUnused()
    first = (memory.image(ofFirst: tableSize), model)
    kept = first
    let free = model.units.indices.filter {
      machine.preparation.isEmpty || model.units[$0] == .free
    }
    operations = machine.operations(freeing: (free + freed.values).sorted())
  }

  /// Goes to the state that some operations lead to from the first one, and keeps it.
  func go(to path: [PageOperation]) {
    (kept.image, model) = first
    memory.restore(first.image)
    for operation in path { _ = model.follow(operation, perform(operation)) }
    pages.clearUnused()
    kept = (memory.image(ofFirst: tableSize), model)
  }

  /// Goes back to the state that was kept last.
  func goBack() {
    memory.restore(kept.image)
    model = kept.model
  }

  /// The state that the allocator is in: all of its tables, but for what is never read again.
  func key() -> StateKey {
    pages.clearUnused()
    var key = StateKey()
    memory.forEachWord(changedSince: first.image) {
      key.add(UInt64($0)); key.add($1)
    }
    return key
  }

  /// Does an operation; what is wrong with its answer or with the allocator after it.
  func step(_ operation: PageOperation) -> String? {
    let answer = perform(operation)
    if let wrong = model.follow(operation, answer) { return "\(answer): \(wrong)" }
    if operation == .tearDown { return wrongAfterEnd() }
    return wrongState(after: operation)
  }
}

// MARK: Operations

extension PageSubject {
  private func perform(_ operation: PageOperation) -> PageAnswer {
    do {
      switch operation {
      case .allocate(let order, let request, let processor):
        ActingProcessor.number = processor
        let frame = try pages.allocate(
          FrameRequest(
            order: order, node: request.node < 0 ? .none : NodeID(request.node),
            isNodeExact: request.isExact, highestZone: request.highest))
        return .allocated(frame..<frame + 1 << UInt64(order))
      case .allocateRun(let count, let alignment, let processor):
        ActingProcessor.number = processor
        return .allocated(try pages.allocate(count: frames(count), alignment: frames(alignment)))
      case .allocateRange(let range):
        try pages.allocate(machine.frames(range))
        return .done
      case .allocateBelow(let count, let alignment, let limit):
        return .allocated(
          try pages.allocate(
            count: frames(count), alignment: frames(alignment),
            below: machine.frame(of: limit).start))
      case .release(let range): return .released(pages.release(machine.frames(range)))
      case .free, .freeRange: return free(operation)
      case .drain: pages.drainCaches()
      case .count: count()
      case .tearDown: pages.tearDown()
      }
      return .done
    } catch {
      return .notAllocated(error)
    }
  }

  private func free(_ operation: PageOperation) -> PageAnswer {
    do {
      switch operation {
      case .free(let unit, let order, let processor):
        ActingProcessor.number = processor
        try pages.free(machine.frame(of: unit), order: order)
      case .freeRange(let range): try pages.free(machine.frames(range))
      default: preconditionFailure("not a free")
      }
      return .freed
    } catch {
      return .notFreed(error)
    }
  }

  private func frames(_ units: Int) -> UInt64 { UInt64(units) << UInt64(machine.unitOrder) }

  private func count() {
    for index in machine.parts.indices { _ = counts(ofPart: index) }
  }

  /// The free blocks of a part's zone.
  private func counts(ofPart index: Int) -> FreeBlockCounts {
    pages.freeBlocks(ofNode: nodeIndex(ofPart: index), machine.parts[index].kind)
  }

  private func nodeIndex(ofPart index: Int) -> Int {
    var node = 0
    for part in 0..<index where machine.parts[part].node != machine.parts[part + 1].node {
      node += 1
    }
    return node
  }
}

// MARK: Checks

extension PageSubject {
  /// The allocator's first invariant that doesn't hold.
  var brokenInvariant: String? { pages.brokenInvariant.map { "\($0)" } }

  private func wrongState(after operation: PageOperation) -> String? {
    for unit in 0..<machine.unitCount {
      let state = pages.state(of: machine.frame(of: unit))
      if state != model.units[unit] {
        return "\(unit) is \(state.map { "\($0)" } ?? "no memory"), not \(model.units[unit])"
      }
    }
    let free = pages.freeFrames
    let cached = pages.cachedFrames
    guard free + cached == frames(model.freeUnits) else { return "\(free) + \(cached) are free" }
    guard pages.managedFrames == frames(model.managedUnits) else { return "managed frames" }
    if operation == .drain, cached > 0 { return "\(cached) frames are in caches" }
    return operation == .drain ? wrongCounts() : nil
  }

  /// What is wrong with the counts of free blocks, with nothing in caches and everything merged.
  private func wrongCounts() -> String? {
    for (index, part) in machine.parts.enumerated() {
      let counts = counts(ofPart: index)
      let wanted = model.freeBlocks(of: part)
      for order in wanted.indices where counts[order] != wanted[order] {
        return "\(counts[order]) free blocks of order \(order) are counted, not \(wanted[order])"
      }
    }
    return nil
  }

  /// What is wrong once service has ended: every operation must be refused for that reason.
  private func wrongAfterEnd() -> String? {
    for operation in operations {
      let wanted: PageAnswer
      switch operation {
      case .allocate, .allocateRun(_, _, _), .allocateRange, .allocateBelow:
        wanted = .notAllocated(.tornDown)
      case .free(_, let order, _) where order < 0 || order > machine.maximumOrder:
        wanted = .notFreed(.tooLarge)
      case .free, .freeRange: wanted = .notFreed(.tornDown)
      case .release: wanted = .released(0)
      case .drain, .count, .tearDown: continue
      }
      let answer = perform(operation)
      if answer != wanted { return "then \(operation): \(answer), not \(wanted)" }
    }
    return nil
  }
}
