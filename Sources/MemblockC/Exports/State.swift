import Addressing
import Memblock
import MemblockHeader

// The memblock behind the C interface, and what C code has told it about its surroundings.
// Nothing here is safe for several processors at once, which memblock.h says.

/// The memblock itself: a constant, so that it is there before any code has run. Accesses don't
/// overlap, as memblock.h demands; to check that each time would take as long as a reservation.
@exclusivity(unchecked)
nonisolated(unsafe) var allocator = Memblock()

/// Where physical memory can be seen, once C code has said so.
nonisolated(unsafe) var window: PhysicalMemoryWindow?

/// Whether tables may grow, which takes a window too.
nonisolated(unsafe) var mayResize = false

/// Whether C's `struct memblock` is the state, and what is here only a copy for one call.
nonisolated(unsafe) var keepsStateInC = false

/// Where C code keeps the option `movable_node`, if it does.
nonisolated(unsafe) var movableNode: UnsafePointer<Bool>?

/// Whether regions have nodes.
nonisolated(unsafe) var hasNodes = true

/// Changes the memblock, and lets C see what came of it.
@inline(__always)
func change(_ body: (inout Memblock) throws(MemblockError) -> Void) -> CInt {
  adopt()
  defer { publish() }
  do throws(MemblockError) {
    unsafe try body(&allocator)
    return 0
  } catch {
    return CInt(error.linuxNumber)
  }
}

/// Allocates, and lets C see what came of it; 0 where there is no memory.
@inline(__always)
func allocate(
  _ body: (inout Memblock) throws(MemblockError) -> AddressRange
) -> UInt64 {
  adopt()
  defer { publish() }
  do throws(MemblockError) {
    return unsafe try body(&allocator).start.value
  } catch {
    return 0
  }
}

/// Asks the memblock.
@inline(__always)
func ask<Answer>(_ question: (borrowing Memblock) -> Answer) -> Answer {
  adopt()
  return unsafe question(allocator)
}

/// The range that C code means.
@inline(__always)
func range(_ base: UInt64, _ size: UInt64) -> AddressRange {
  AddressRange(at: PhysicalAddress(base), size: size)
}

/// The node that C code asks for.
@inline(__always)
func wanted(_ node: CInt) -> NodeID { unsafe hasNodes ? NodeID(node) : .none }

/// The node that C code gives to a region of a table. Without nodes it is the one that a plain
/// region has, so that all merge.
@inline(__always)
func given(_ node: CInt, in type: RegionType) -> NodeID {
  if unsafe hasNodes { return NodeID(node) }
  return unsafe type == .reserved && allocator.rules.marksKernelReservations ? .none : .unset
}
