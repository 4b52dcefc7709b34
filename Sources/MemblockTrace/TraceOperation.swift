import Addressing
import Memblock

/// What an operation does, by the kind of its result, and what it takes.
enum TraceOperation: Sendable {
  typealias Body<Result> =
    @Sendable (inout Memblock, TraceLine) throws(MemblockError) -> Result

  /// No result.
  case plain(TraceOperands, Body<Void>)

  /// A whole number.
  case integer(TraceOperands, Body<Int>)

  /// A hexadecimal number; `nil` is printed as `undef`.
  case address(TraceOperands, Body<PhysicalAddress?>)

  /// A line for each of a number of ranges.
  case listing(
    TraceOperands,
    @Sendable (borrowing Memblock, TraceLine, inout [TraceRange]) throws(MemblockError) -> Void
  )

  /// Something that writes its results itself.
  case custom(
    TraceOperands, @Sendable (inout TraceRunner, TraceLine) throws(MemblockError) -> Void
  )

  var operands: TraceOperands {
    switch self {
    case .plain(let operands, _), .integer(let operands, _), .address(let operands, _),
      .listing(let operands, _), .custom(let operands, _):
      operands
    }
  }

  /// 0 where it goes well, else Linux's error number.
  static func change(_ operands: TraceOperands, _ body: @escaping Body<Void>) -> TraceOperation {
    .integer(operands) { (memblock, line) throws(MemblockError) in
      try body(&memblock, line)
      return 0
    }
  }

  /// 1 or 0.
  static func truth(_ operands: TraceOperands, _ body: @escaping Body<Bool>) -> TraceOperation {
    .integer(operands) { (memblock, line) throws(MemblockError) in
      try body(&memblock, line) ? 1 : 0
    }
  }
}

/// A range as a result: of bytes or frames, with a node or without.
enum TraceRange {
  case bytes(AddressRange, NodeID?)
  case frames(FrameRange)
  case zone(Range<PageFrameNumber>)

  init(_ range: AddressRange) { self = .bytes(range, nil) }
  init(_ range: RegionRange) { self = .bytes(range.range, range.node) }
  init(_ range: FrameRange) { self = .frames(range) }
}

extension TraceOutput {
  private mutating func write(frames: Range<PageFrameNumber>) {
    write("  p ")
    write(hex: frames.lowerBound.value)
    write(" ")
    write(hex: frames.upperBound.value)
  }

  mutating func write(_ range: TraceRange) {
    switch range {
    case .bytes(let range, let node):
      write(range: range, letter: "f")
      if let node {
        write(" ")
        write(node: node)
      }
    case .frames(let range):
      write(frames: range.frames)
      write(" ")
      write(node: range.node)
    case .zone(let frames):
      write(frames: frames)
    }
    write("\n")
  }
}
