import Addressing
import Zones

/// A machine that is small enough to visit every state of its page allocator: some units of memory,
/// each of the same power of two of frames, and what is done with them.
struct PageMachine {
  /// Units of one node and zone, which no block leaves.
  struct Part {
    let node: Int32
    let kind: ZoneKind
    let units: Range<Int>
  }

  let name: String
  /// The first unit's first frame.
  let firstFrame: UInt64
  /// The base-2 logarithm of the frames in a unit.
  var unitOrder = 0
  let parts: [Part]
  let maximumOrder: Int
  /// With one processor and no hooks, the allocator takes the ways that lock nothing.
  var processors = 2
  /// Whether freed frames are filled with poison, which closes the short ways.
  var poisons = false
  /// The units that are free at first; the others are reserved.
  var released: Range<Int>?
  /// What is done before the first state, so that there are few enough of them. The units that are
  /// allocated here are never freed, but for the last one of each processor.
  var preparation: [PageOperation] = []
  /// Whether runs of frames are allocated and freed that are no blocks.
  var hasRuns = false

  /// A machine with all units in one zone.
  static func plain(
    _ name: String, firstFrame: UInt64, units: Int, unitOrder: Int = 0, maximumOrder: Int
  ) -> PageMachine {
    let kind: ZoneKind = firstFrame < 1 << 12 ? .dma : firstFrame < 1 << 20 ? .dma32 : .normal
    return PageMachine(
      name: name, firstFrame: firstFrame, unitOrder: unitOrder,
      parts: [Part(node: 0, kind: kind, units: 0..<units)], maximumOrder: maximumOrder)
  }

  var unitCount: Int { parts[parts.count - 1].units.upperBound }

  /// The first frame of a unit, which need not be there.
  func frame(of unit: Int) -> PageFrameNumber {
    PageFrameNumber(firstFrame &+ UInt64(bitPattern: Int64(unit)) << UInt64(unitOrder))
  }

  /// The unit that a frame is the first of; `nil` where there is none.
  func unit(at frame: PageFrameNumber) -> Int? {
    let distance = frame.value &- firstFrame
    let unit = distance >> UInt64(unitOrder)
    guard unit < unitCount, unit << UInt64(unitOrder) == distance else { return nil }
    return Int(unit)
  }

  /// The frames of some units.
  func frames(_ units: Range<Int>) -> Range<PageFrameNumber> {
    frame(of: units.lowerBound)..<frame(of: units.upperBound)
  }

  /// The part that a unit is in; `nil` where there is no such unit.
  func part(of unit: Int) -> Int? { parts.firstIndex { $0.units.contains(unit) } }

  /// The largest order that a run of all units could need.
  var largestOrder: Int { max(maximumOrder, 12) }
}

extension PageMachine {
  /// Everything that can be done to the allocator, with every parameter.
  ///
  /// - Parameter units: The units that are freed, rightly or wrongly.
  func operations(freeing units: [Int]) -> [PageOperation] {
    let processors = 0..<processors
    var all: [PageOperation] = []
    for processor in processors {
      for order in unitOrder...maximumOrder {
        all += requests.map { .allocate(order: order, $0, on: processor) }
      }
      all.append(.allocate(order: maximumOrder + 1, requests[0], on: processor))
      all.append(.allocate(order: -1, requests[0], on: processor))
      for unit in [-1] + units + [unitCount] {
        for order in 0...maximumOrder { all.append(.free(unit: unit, order: order, on: processor)) }
      }
      all.append(.free(unit: 0, order: maximumOrder + 1, on: processor))
      all.append(.free(unit: 0, order: -1, on: processor))
    }
    all += [.drain, .count, .tearDown]
    if let released {
      for unit in 0..<unitCount where !released.contains(unit) {
        all.append(.release(unit..<unit + 1))
      }
      all.append(.release(0..<unitCount))
    }
    return hasRuns ? all + runs : all
  }

  /// The operations that leave each processor with frames of a group of its own at hand.
  static func allocations(_ count: Int, by processors: Range<Int>) -> [PageOperation] {
    processors.flatMap { processor in
      [PageOperation](
        repeating: .allocate(order: 0, PageRequest(highest: .normal), on: processor), count: count)
    }
  }

  /// What requests can ask for, beside the order.
  private var requests: [PageRequest] {
    let kinds = Set(parts.map(\.kind)).sorted()
    var requests = kinds.map { PageRequest(highest: $0) }
    if let lowest = kinds.first, lowest > .dma { requests.append(PageRequest(highest: .dma)) }
    let nodes = Set(parts.map(\.node)).sorted()
    guard nodes.count > 1 else { return requests }
    for node in nodes + [nodes[nodes.count - 1] + 1] {
      for isExact in [false, true] {
        requests.append(PageRequest(highest: kinds[kinds.count - 1], node: node, isExact: isExact))
      }
    }
    return requests
  }

  private var runs: [PageOperation] {
    let all = 0..<unitCount
    var runs: [PageOperation] = []
    for processor in 0..<processors {
      for count in 1...unitCount where count.nonzeroBitCount > 1 {
        runs.append(.allocateRun(count: count, alignment: 1, on: processor))
      }
      runs.append(.allocateRun(count: 1, alignment: 4, on: processor))
    }
    for first in all {
      for end in first + 1...unitCount + 1 {
        runs.append(.allocateRange(first..<end))
        runs.append(.freeRange(first..<end))
      }
    }
    runs += [.allocateRange(-1..<1), .freeRange(-1..<1), .allocateRange(1..<1), .freeRange(1..<1)]
    for limit in [unitCount / 2, unitCount] {
      for count in 1...unitCount {
        for alignment in [1, 2, 4] {
          runs.append(.allocateBelow(count: count, alignment: alignment, limit: limit))
        }
      }
    }
    return runs
  }
}
