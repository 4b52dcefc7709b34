import Addressing

/// Why frames could not be allocated. Nothing was changed.
public enum AllocationError: Error, Equatable, Sendable {
  /// No allowed zone has a free block of that order, with nothing left in processors' caches.
  case outOfMemory

  /// The order is above the allocator's maximum, or a number of frames is 0 or beyond what
  /// one piece of memory has.
  case tooLarge

  /// The node has no memory.
  case noSuchNode(NodeID)

  /// A frame of the wanted range is not free: the first one that is not.
  case notFree(PageFrameNumber)

  /// The wanted range leaves its zone, or runs into a hole: the first frame outside.
  case outsideZone(PageFrameNumber)

  /// A frame that was free was written to: its poison has changed. The block that it is in
  /// stays out of use.
  case poisonChanged(PageFrameNumber)

  /// The allocator has been torn down.
  case tornDown
}

/// Why frames could not be freed. Nothing was changed.
public enum FreeError: Error, Equatable, Sendable {
  /// The block is free already.
  case alreadyFree

  /// An allocated block starts there, of another order.
  case wrongOrder(actual: Int)

  /// The frame is in an allocated block but not its first.
  case notStartOfBlock

  /// The frame's number is not a multiple of the block's size.
  case misaligned

  /// The order is above the allocator's maximum.
  case tooLarge

  /// The frame was reserved at boot and never handed out.
  case reserved

  /// There is no memory: a hole, or beyond every zone.
  case notMemory

  /// The block would reach from one zone into another, or into a hole.
  case straddlesZones

  /// The allocator has been torn down.
  case tornDown
}
