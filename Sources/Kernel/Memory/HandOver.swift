import Addressing
import Memblock
import PageAllocator

/// Takes memblock's free frames for the page allocator, and counts them.
struct PageReceiver: FrameReceiver {
  private(set) var released: UInt64 = 0

  /// The page allocator starts with every frame reserved.
  mutating func reserve(_ range: AddressRange, node: NodeID) {}

  mutating func release(_ frames: Range<PageFrameNumber>) {
    released += pages?.release(frames) ?? 0
  }
}

/// Hands all free memory to the page allocator, checks that nothing is lost, and ends memblock.
///
/// Linux: `mem_init`, `memblock_free_all`, `memblock_discard`.
func handOver() {
  do throws(MemblockError) {
    var receiver = PageReceiver()
    let expected = try memblock.freeAll(to: &receiver)
    guard receiver.released == expected else {
      panic("the page allocator did not take all that memblock handed over")
    }
    guard MemoryAccount.check() else { panic("the account of memory does not add up") }

    receiver = PageReceiver()
    try memblock.tearDown(to: &receiver)
    console.write("memblock: torn down, ")
    console.write(decimal: receiver.released)
    console.write(" pages of grown tables given back\n")
  } catch {
    error.write(to: &console)
    console.write("\n")
    panic("memblock could not hand its memory over")
  }
}
