import Addressing
import Memblock
import MemblockHeader

/// What C code has said takes the memory over.
nonisolated(unsafe) private var receiver = unsafe memblock_receiver()

/// Where the memory ends that was handed over; 0 before that.
nonisolated(unsafe) var endOfHandedMemory: UInt64 = 0

@c(memblock_set_receiver)
func setReceiver(new: UnsafePointer<memblock_receiver>?) {
  unsafe receiver = new?.pointee ?? memblock_receiver()
}

@c(memblock_free_all)
func freeAll() {
  _ = change { (memblock) throws(MemblockError) in
    var blocks = unsafe BlockReceiver(receiver: receiver)
    let limit = PageFrameNumber(UInt64(memblock_state_max_low_pfn()))
    let pages = unsafe try memblock.freeAll(to: &blocks, below: limit)
    unsafe endOfHandedMemory = memblock.endOfMemory?.value ?? 0
    unsafe receiver.total?(receiver.context, UInt(pages))
  }
}

@c(memblock_free_late)
func freeLate(base: UInt64, size: UInt64) {
  // There would be a call for each 4 MiB of whatever is named.
  guard unsafe range(base, size).end.value <= endOfHandedMemory else {
    return complain("memblock_free_late: not memory that was handed over:", range(base, size))
  }
  var blocks = unsafe BlockReceiver(receiver: receiver)
  unsafe allocator.freeLate(range(base, size), to: &blocks)
}

@c(memblock_discard)
func discard() {
  _ = change { (memblock) throws(MemblockError) in
    var blocks = unsafe BlockReceiver(receiver: receiver)
    unsafe try memblock.tearDown(to: &blocks)
  }
}

/// Gives ranges on as the blocks that Linux's page allocator takes.
@unsafe private struct BlockReceiver: @unsafe FrameReceiver {
  let receiver: memblock_receiver

  mutating func reserve(_ range: AddressRange, node: NodeID) {
    unsafe receiver.reserve?(receiver.context, range.start.value, range.end.value, node.value)
  }

  mutating func release(_ frames: Range<PageFrameNumber>) {
    var blocks = BuddyBlockCursor(frames)
    while let block = blocks.next() {
      unsafe receiver.release?(
        receiver.context, UInt(block.frame.value), CUnsignedInt(block.order))
    }
  }
}
