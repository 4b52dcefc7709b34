import Addressing
import PageAllocator

/// The last step of the boot: the page allocator is used, and its results are checked.
enum PageAllocatorSelfTest {
  /// Allocates and frees a block of each order, then writes to a block on each node and reads it
  /// back; panics where anything is not as it should be.
  static func run() {
    checkEachOrder()
    checkEachNode()
    console.write("Page allocator: every order allocated and freed, every node written to\n")
  }

  private static func checkEachOrder() {
    let before = MachineMemory.freePages
    for order in 0...PageAllocator.defaultMaximumOrder {
      // A machine may be too small, or its free memory too scattered, for the largest blocks.
      guard let block = allocate(FrameRequest(order: order, highestZone: .movable)) else {
        continue
      }
      guard block.value.isAligned(to: 1 << UInt64(order)) else {
        panic("the page allocator gave a block that is not aligned to its size")
      }
      free(block, order: order)
    }
    guard MachineMemory.freePages == before else {
      panic("pages were lost while blocks came and went")
    }
  }

  private static func checkEachNode() {
    guard let layout = pages?.layout else { return }
    for index in 0..<layout.nodeCount {
      let request = FrameRequest(
        node: layout.node(index).node, isNodeExact: true, highestZone: .movable)
      guard let frame = allocate(request) else { continue }
      let page = AddressRange(at: frame.start, size: PageFrameNumber.size)
      for offset in stride(from: 0, to: page.size, by: 8) {
        kernelWindow.store(pattern(at: page.start + offset), at: page.start + offset)
      }
      for offset in stride(from: 0, to: page.size, by: 8)
      where kernelWindow.load(UInt64.self, at: page.start + offset)
        != pattern(at: page.start + offset)
      {
        panic("a page does not keep what is written to it")
      }
      free(frame, order: 0)
    }
  }

  /// A word that no other place has.
  private static func pattern(at address: PhysicalAddress) -> UInt64 {
    address.value &* 0x9e37_79b9_7f4a_7c15 ^ 0x5a5a_5a5a_5a5a_5a5a
  }

  private static func allocate(_ request: FrameRequest) -> PageFrameNumber? {
    try? pages?.allocate(request)
  }

  private static func free(_ frame: PageFrameNumber, order: Int) {
    do throws(FreeError) {
      try pages?.free(frame, order: order)
    } catch {
      panic("the page allocator does not take back what it gave")
    }
  }
}
