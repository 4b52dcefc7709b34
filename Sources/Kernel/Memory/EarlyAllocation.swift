import Addressing
import Memblock

/// Allocates early memory of the kernel's own, for a purpose that the log can name.
///
/// The boot can't go on without it: panics, naming the purpose, where there is none. The
/// memory holds whatever was there.
///
/// - Parameters:
///   - size: In bytes.
///   - node: The node that it should be on; another's is taken where that one has none.
func allocateEarly(
  _ size: UInt64, for purpose: StaticString, node: NodeID = .none
) -> AddressRange {
  do throws(MemblockError) {
    return try memblock.logging(as: purpose) { (memblock) throws(MemblockError) in
      try memblock.allocateRaw(
        size: size, alignment: 64, maximum: visibleMemoryEnd, node: node)
    }
  } catch {
    error.write(to: &console, caller: purpose)
    console.write("\n")
    panic("out of memory before there is a page allocator")
  }
}

/// Writes Linux's line on early memory: `NAME allocated [mem 0x…-0x…]`.
func reportEarly(_ name: String, number: UInt64? = nil, _ range: AddressRange) {
  console.write(name)
  if let number {
    console.write("(")
    console.write(decimal: number)
    console.write(")")
  }
  console.write(" allocated ")
  console.write(memory: range, digits: 9)
  console.write("\n")
}
