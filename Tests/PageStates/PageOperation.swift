import Addressing
import PageAllocator
import Zones

/// What a request asks for, beside the order.
struct PageRequest: Equatable {
  let highest: ZoneKind
  /// A node's number; −1 for none in particular.
  var node: Int32 = -1
  var isExact = false
}

/// One call of the page allocator. Orders are of frames; all else is in units of the machine.
enum PageOperation: Equatable {
  case allocate(order: Int, PageRequest, on: Int)
  case allocateRun(count: Int, alignment: Int, on: Int)
  case allocateRange(Range<Int>)
  case allocateBelow(count: Int, alignment: Int, limit: Int)
  case free(unit: Int, order: Int, on: Int)
  case freeRange(Range<Int>)
  case release(Range<Int>)
  case drain
  /// Counts the free blocks of every zone.
  case count
  /// Ends all service. What can be seen after it is the same in every state.
  case tearDown
}

/// What came of an operation.
enum PageAnswer: Equatable {
  case allocated(Range<PageFrameNumber>)
  case notAllocated(AllocationError)
  case freed
  case notFreed(FreeError)
  case released(UInt64)
  case done
}

extension PageOperation: CustomStringConvertible {
  /// The operation in a line.
  var description: String {
    switch self {
    case .allocate(let order, let request, let processor):
      "processor \(processor): allocate order \(order) up to zone \(request.highest)"
        + (request.node < 0 ? "" : ", node \(request.node)\(request.isExact ? " only" : "")")
    case .allocateRun(let count, let alignment, let processor):
      "processor \(processor): allocate a run of \(count), aligned to \(alignment)"
    case .allocateRange(let units): "allocate the run \(units)"
    case .allocateBelow(let count, let alignment, let limit):
      "allocate a run of \(count), aligned to \(alignment), below \(limit)"
    case .free(let unit, let order, let processor):
      "processor \(processor): free \(unit), order \(order)"
    case .freeRange(let units): "free the run \(units)"
    case .release(let units): "release \(units)"
    case .drain: "drain all caches"
    case .count: "count free blocks"
    case .tearDown: "tear down"
    }
  }
}
