import Addressing
import Memblock
import PageAllocator

/// Hands all free memory to the page allocator, checks that nothing is lost, starts the heap, and ends
/// memblock.
///
/// Linux: `mem_init`, `memblock_free_all`, `memblock_discard`.
func handOver(to allocator: PageAllocator) {
  pages = allocator
  do throws(MemblockError) {
    var receiver = PageFrameReceiver(allocator)
    let expected = try memblock.freeAll(to: &receiver)
    guard receiver.releasedFrames == expected, receiver.rejectedFrames == 0 else {
      panic("the page allocator did not take all that memblock handed over")
    }
    guard MemoryAccount.check() else { panic("the account of memory does not add up") }
    // The tables are kept on the heap, which is made from what was handed over.
    BootStep.heap.begin()
    startHeap()
    handOverTables = HandedOverTables(of: memblock)

    try memblock.tearDown(to: &receiver)
    console.write("memblock: torn down, ")
    console.write(decimal: receiver.releasedFrames - expected)
    console.write(" pages of grown tables given back\n")
    guard isRefused() else { panic("memblock still answers after its end") }
  } catch {
    error.write(to: &console)
    console.write("\n")
    panic("memblock could not hand its memory over")
  }
}

/// Whether memblock refuses an allocation: after the hand-over the page allocator owns all memory.
private func isRefused() -> Bool {
  do throws(MemblockError) {
    try memblock.reserveForKernel(KernelImage.memory)
    return false
  } catch {
    return error == .tornDown
  }
}
