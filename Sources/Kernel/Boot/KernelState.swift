import Addressing
import Boot
import Firmware
import Memblock
import PageAllocator

// The kernel's own state. The compiler can't see who uses a global here and when, so each is marked
// `@safe nonisolated(unsafe)`, here and in the other files.
// SAFETY: for each of them one of three things holds:
//   - the boot owns it: the boot processor fills it, with interrupts off and before any other one
//     runs, and it is only read afterwards; so are all of this file but the console;
//   - it is locked: the console, the page allocator, the heap, the address space and the timers are
//     used by one processor at a time, with interrupts off (ProcessorSet, `withInterruptsOff`);
//   - it is one processor's: what GS points to (ProcessorArea), or the boot processor's alone, as the
//     keys are.
// Each is laid out in the image by the compiler: none needs code to be valid.

/// Where everything that is printed goes.
@safe nonisolated(unsafe) package var console = BootConsole()

/// The physical memory that the kernel can see now: the first 4 GiB with the page tables it
/// starts on, all RAM with its own.
package var kernelWindow: PhysicalMemoryWindow {
  // SAFETY: entry32.S maps the first 4 GiB there, and `switchToOwnPageTables` all RAM before it
  // raises the end; whoever looks at a hole in RAM gets a reported page fault.
  unsafe PhysicalMemoryWindow(
    showing: AddressRange(from: .zero, to: visibleMemoryEnd),
    at: VirtualAddress(direct_map_base()))
}

/// The end of what the kernel can see of physical memory.
@safe nonisolated(unsafe) var visibleMemoryEnd = PhysicalAddress(4 << 30)

/// The boot-time allocator: valid from the first instruction on.
@safe nonisolated(unsafe) var memblock = Memblock()

/// What the firmware says about memory.
@safe nonisolated(unsafe) var memoryMap = MemoryMap()

/// The machine's nodes, and how far they are apart.
@safe nonisolated(unsafe) var topology = NUMATopology()

/// Room for `numa=fake=`.
@safe nonisolated(unsafe) var nodeEmulation = NodeEmulation()

/// Who has every free page once memblock has handed them over; `nil` until then.
@safe nonisolated(unsafe) package var pages: PageAllocator?

/// The names of the kernel's functions, for backtraces; empty until the loader's are found.
@safe nonisolated(unsafe) var symbols = SymbolTable()
