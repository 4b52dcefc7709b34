// The numbers that the assembly, the linker script and Swift agree on.
#ifndef BOOT_LAYOUT_H
#define BOOT_LAYOUT_H

// Where the kernel image is loaded: above the first MiB, below what firmware uses.
#define KERNEL_LOAD_ADDRESS 0x200000

// Where the kernel's text and stacks are linked: the top 2 GiB, as on Linux.
#define KERNEL_BASE 0xffffffff80000000

// Where all RAM is seen: Linux's `page_offset_base` with four-level paging.
#define DIRECT_MAP_BASE 0xffff888000000000
#define DIRECT_MAP_ROOT_INDEX 273

// Swift keeps flags in the top byte of its references to strings, arrays and objects, and
// takes for granted that it is zero in an address. So all that such a reference can lead to
// is in the lower half of the address space:
//   - the kernel's constants (string literals among them) and data (arrays and objects that
//     the compiler built) are linked for the image's offset from its start, below 2 MiB. The
//     text in the top 2 GiB reaches them: a 32-bit distance wraps around the end of the
//     address space. The image's first page is not mapped there, so null stays null;
//   - the heap sees RAM at the direct map's address without its sign bits, through the same
//     tables.
#define HEAP_MAP_BASE 0x0000088000000000

#define CODE_SELECTOR 0x08
#define TASK_SELECTOR 0x18

#define COM1 0x3f8

// QEMU's isa-debug-exit: writing v ends QEMU with status (v << 1) | 1.
#define EXIT_PORT 0xf4
#define EXIT_SUCCESS 0x10
#define EXIT_FAILURE 0x11

#endif
