import Addressing
import Boot
import Firmware
import Memblock
import PageAllocator

// The kernel's own state, in plain globals: the Kernel module alone is compiled in a language mode
// that allows them. One processor fills them during the boot, with interrupts off; what changes
// afterwards is guarded where it is used (Processors/Lock.swift). Each is laid out in the image by
// the compiler: none needs code to be valid.

/// Where everything that is printed goes.
package var console = BootConsole()

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
var visibleMemoryEnd = PhysicalAddress(4 << 30)

/// The boot-time allocator: valid from the first instruction on.
var memblock = Memblock()

/// What the firmware says about memory.
var memoryMap = MemoryMap()

/// The machine's nodes, and how far they are apart.
var topology = NUMATopology()

/// Room for `numa=fake=`.
var nodeEmulation = NodeEmulation()

/// Who has every free page once memblock has handed them over; `nil` until then.
package var pages: PageAllocator?

/// The names of the kernel's functions, for backtraces; empty until the loader's are found.
var symbols = SymbolTable()
