import Addressing
import Boot
import Heap
import PageAllocator
import X86

/// The Swift runtime's heap, once there are pages to build it on; `nil` until then.
@safe nonisolated(unsafe) var heap: Heap?

/// Starts the heap. From here on the kernel is ordinary Swift.
///
/// Its addresses are those of RAM in the lower half of the address space: Swift keeps flags in
/// the top byte of its references (Boot/include/layout.h).
func startHeap() {
  // SAFETY: `KernelAddressSpace` maps all RAM there, through the direct map's own tables.
  let window = unsafe PhysicalMemoryWindow(
    showing: kernelWindow.range, at: VirtualAddress(heap_map_base()))
  do throws(AllocationError) {
    guard let pages else { panic("there is no page allocator for the heap") }
    heap = try Heap(
      pages, showing: window, secret: randomWord(stirring: readTimeStampCounter() | 1))
  } catch {
    panic("there is no page for the heap")
  }
}

/// Whether an allocation has failed: Swift's runtime then ends the program with a trap.
@safe nonisolated(unsafe) private(set) var allocationHasFailed = false

/// The C library's `posix_memalign`, which is all that Swift allocates with.
///
/// - Parameter result: The address at which the block's address is to be written.
/// - Returns: 0, or the error's number. Swift ends the program on an error, so the
///   line on what was asked for, and what is free, is printed here.
@c(heap_allocate)
func heapAllocate(result: UInt64, alignment: UInt64, size: UInt64) -> CInt {
  guard let heap else { panic("an allocation before there is a heap") }
  do throws(HeapError) {
    let block = try heap.allocate(
      size: Int(truncatingIfNeeded: size), alignment: Int(truncatingIfNeeded: alignment))
    writeWord(block.value, toAddress: result)
    return 0
  } catch {
    error.write(to: &console)
    console.write("\n")
    allocationHasFailed = true
    if case .invalidAlignment = error { return 22 }  // EINVAL
    return 12  // ENOMEM
  }
}

/// The C library's `free`. An address that is no block's can only come from overwritten memory: panics,
/// and says what is wrong with it.
@c(heap_release)
func heapRelease(address: UInt64) {
  guard address != 0 else { return }
  do throws(HeapError) {
    try heap?.free(VirtualAddress(address))
  } catch {
    error.write(to: &console)
    console.write("\n")
    panic("the heap is corrupted")
  }
}
