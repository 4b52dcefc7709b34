public import Addressing

extension AllocationError {
  /// Writes why, without a line break.
  public func write(to sink: inout some TextSink & ~Copyable) {
    switch self {
    case .outOfMemory: sink.write("no free block of that order")
    case .tooLarge: sink.write("more frames than one block can have")
    case .noSuchNode(let node):
      sink.write("node ")
      sink.write(decimal: UInt64(node.value))
      sink.write(" has no memory")
    case .notFree(let frame):
      sink.write("frame ")
      sink.write(hex: frame.value)
      sink.write(" is not free")
    case .outsideZone(let frame):
      sink.write("frame ")
      sink.write(hex: frame.value)
      sink.write(" is outside the zone")
    case .poisonChanged(let frame):
      sink.write("frame ")
      sink.write(hex: frame.value)
      sink.write(" was written to while it was free")
    case .tornDown: sink.write("the page allocator has been torn down")
    }
  }
}

extension FreeError {
  /// Writes why, without a line break.
  public func write(to sink: inout some TextSink & ~Copyable) {
    switch self {
    case .alreadyFree: sink.write("the block is free already")
    case .wrongOrder(let actual):
      sink.write("the block was allocated with order ")
      sink.write(decimal: UInt64(actual))
    case .notStartOfBlock: sink.write("the frame is inside an allocated block")
    case .misaligned: sink.write("the frame's number is not a multiple of the block's size")
    case .tooLarge: sink.write("the order is above the allocator's maximum")
    case .reserved: sink.write("the frame was reserved at boot")
    case .notMemory: sink.write("there is no memory at that frame")
    case .straddlesZones: sink.write("the block would reach out of its zone")
    case .tornDown: sink.write("the page allocator has been torn down")
    }
  }
}
