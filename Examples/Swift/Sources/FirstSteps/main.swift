import Addressing
import Memblock

// The library in a program for this host: memory in, reservations, allocation, iteration, and
// the hand-over to a page allocator. In a kernel it is the same, with a window on real memory
// for what must be zeroed (`setWindow`) and for tables that grow (`allowResize`).

/// Takes over what is free, as a page allocator would.
struct PageCount: FrameReceiver {
  var pages: UInt64 = 0
  var blocks = 0

  mutating func reserve(_ range: AddressRange, node: NodeID) {}

  mutating func release(_ frames: Range<PageFrameNumber>) {
    pages += frames.upperBound - frames.lowerBound
    var pieces = BuddyBlockCursor(frames)
    while pieces.next() != nil { blocks += 1 }
  }
}

func hex(_ address: PhysicalAddress) -> String { "0x" + String(address.value, radix: 16) }

func printFreeMemory(of memblock: borrowing Memblock) {
  memblock.forEachFreeRange { range in
    print("free \(hex(range.start)) to \(hex(range.end)) on node \(range.node.value)")
  }
}

func run() throws(MemblockError) {
  var memblock = Memblock()
  let mebibyte: UInt64 = 1 << 20
  try memblock.add(AddressRange(at: .zero, size: 16 * mebibyte), node: NodeID(0))
  try memblock.add(
    AddressRange(at: PhysicalAddress(16 * mebibyte), size: 16 * mebibyte), node: NodeID(1))
  try memblock.reserve(AddressRange(at: .zero, size: mebibyte))

  let table = try memblock.allocate(size: 4096, alignment: 4096, node: NodeID(0))
  print("a page of node 0 at \(hex(table.start))")
  do {
    _ = try memblock.allocate(size: 64 * mebibyte, alignment: 4096)
  } catch {
    print("64 MiB: \(error)")
  }
  printFreeMemory(of: memblock)

  var pages = PageCount()
  try memblock.freeAll(to: &pages)
  try memblock.tearDown(to: &pages)
  print("\(pages.pages) pages handed over in \(pages.blocks) blocks")
}

try run()
