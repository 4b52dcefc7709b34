public import Addressing

/// A block of frames that belongs to whoever holds this value, and is freed with it.
///
/// A block that its owner still holds must not be freed by its frame, nor outlive the allocator's
/// service (`tearDown`): the program stops where the owner goes.
@frozen
public struct OwnedBlock: ~Copyable {
  @usableFromInline let pages: PageAllocator

  /// The block's first frame.
  public let frame: PageFrameNumber

  /// The base-2 logarithm of the number of frames.
  public let order: Int

  fileprivate init(_ frame: PageFrameNumber, order: Int, of pages: PageAllocator) {
    self.pages = pages
    self.frame = frame
    self.order = order
  }

  deinit {
    do throws(FreeError) {
      try pages.free(frame, order: order)
    } catch {
      preconditionFailure("an owned block was freed by somebody else")
    }
  }

  /// The block's frames.
  public var frames: Range<PageFrameNumber> { frame..<frame + 1 << UInt64(order) }

  /// The node that the frames are on. O(log n) in the ranges of memory.
  public var node: NodeID { pages.node(of: frame) ?? .none }

  /// Frees the block now.
  public consuming func free() {}

  /// Gives ownership up: the frames stay allocated, to be freed by `PageAllocator.free`.
  ///
  /// - Returns: The block's first frame.
  public consuming func take() -> PageFrameNumber {
    let frame = frame
    discard self
    return frame
  }
}

extension PageAllocator {
  /// Allocates a block that is freed when its owner is gone. Otherwise like `allocate(_:)`.
  ///
  /// - Parameter request: What kind of block is wanted.
  /// - Returns: The block's owner.
  /// - Throws: What `allocate(_:)` throws.
  public func allocateOwned(
    _ request: FrameRequest = FrameRequest()
  ) throws(AllocationError) -> OwnedBlock {
    OwnedBlock(try allocate(request), order: request.order, of: self)
  }
}
