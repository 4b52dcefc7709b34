import Addressing
import Memblock
import MemblockHeader

/// What C code has said takes the memory over.
nonisolated(unsafe) private var receiver = unsafe memblock_receiver()

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
    unsafe receiver.total?(receiver.context, UInt(pages))
  }
}

@c(memblock_free_late)
func freeLate(base: UInt64, size: UInt64) { _ = freeLate(range(base, size)) }

/// Gives a range to the receiver; returns 0, or an errno value below 0.
func freeLate(_ range: AddressRange) -> CInt {
  var blocks = unsafe BlockReceiver(receiver: receiver)
  do throws(MemblockError) {
    unsafe try allocator.freeLate(range, to: &blocks)
    return 0
  } catch {
    complain("memblock_free_late: not memory that was handed over:", range)
    return CInt(error.linuxNumber)
  }
}

/// Whether what is freed now goes to the receiver.
var isFreeingLate: Bool {
  unsafe allocator.endOfHandedMemory != nil && !allocator.rules.hasFreeLate
}

@c(reserve_mem_release_by_name)
func releaseByName(name: UnsafePointer<CChar>?) -> CInt {
  var blocks = unsafe BlockReceiver(receiver: receiver)
  do throws(MemblockError) {
    // SAFETY: memblock.h says that the name is a string, which ends with a 0.
    return unsafe try allocator.release(named: bytes(of: name), to: &blocks) == nil ? 0 : 1
  } catch {
    return 0
  }
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
