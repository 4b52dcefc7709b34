// The numbers that the assembly, the linker script and Swift agree on.
#ifndef BOOT_LAYOUT_H
#define BOOT_LAYOUT_H

// Where the kernel image is linked: the top 2 GiB, as on Linux.
#define KERNEL_BASE 0xffffffff80000000

// Where the kernel image is loaded: above the first MiB, below what firmware uses.
#define KERNEL_LOAD_ADDRESS 0x200000

// Where all RAM is seen: Linux's `page_offset_base` with four-level paging.
#define DIRECT_MAP_BASE 0xffff888000000000
#define DIRECT_MAP_ROOT_INDEX 273

#define CODE_SELECTOR 0x08
#define TASK_SELECTOR 0x18

#define COM1 0x3f8

// QEMU's isa-debug-exit: writing v ends QEMU with status (v << 1) | 1.
#define EXIT_PORT 0xf4
#define EXIT_SUCCESS 0x10
#define EXIT_FAILURE 0x11

#endif
