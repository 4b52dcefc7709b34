// The numbers that the assembly, the linker script and Swift agree on.
#ifndef BOOT_LAYOUT_H
#define BOOT_LAYOUT_H

// Where the kernel image is loaded: above the first MiB, below what firmware uses.
#define KERNEL_LOAD_ADDRESS 0x200000

// The largest image: constants, data, text and stacks together. The first page tables show as much of
// it, and the linker script refuses a larger one.
#define IMAGE_LIMIT 0x4000000
#define IMAGE_TABLES (IMAGE_LIMIT >> 21)

// Where the kernel's text and stacks are linked: the top 2 GiB, as on Linux.
#define KERNEL_BASE 0xffffffff80000000

// Where all RAM is seen: Linux's `page_offset_base` with four-level paging.
#define DIRECT_MAP_BASE 0xffff888000000000
#define DIRECT_MAP_ROOT_INDEX 273

// Swift keeps flags in the top byte of its references to strings, arrays and objects, and
// takes for granted that it is zero in an address. So all that such a reference can lead to
// is in the lower half of the address space:
//   - the kernel's constants (string literals among them) and data (arrays and objects that
//     the compiler built) are linked for the image's offset from its start. The text behind them,
//     in the top 2 GiB, reaches them: a 32-bit distance wraps around the end of the
//     address space. The image's first page is not mapped there, so null stays null;
//   - the heap sees RAM at the direct map's address without its sign bits, through the same
//     tables.
#define HEAP_MAP_BASE 0x0000088000000000

// Selectors of descriptors.S.
#define CODE_SELECTOR 0x08
#define DATA_SELECTOR 0x10
#define TASK_SELECTOR 0x18
// In this order: the instruction `syscall` would want it, should somebody come to use it.
#define CODE32_SELECTOR 0x28
#define USER_DATA_SELECTOR 0x33
#define USER_CODE_SELECTOR 0x3b
#define GDT_SIZE 0x40

// Vectors 0 to 31 are the processor's exceptions, the others are interrupts.
#define EXCEPTION_VECTORS 32
#define INTERRUPT_VECTORS 256

// The one that programs in ring 3 may raise: Linux's for 32-bit programs.
#define SYSTEM_CALL_VECTOR 0x80

// What the kernel keeps about each: a Swift structure.
#define INTERRUPT_VECTOR_SIZE 48

// The stack of each exception that has one of its own.
#define EXCEPTION_STACK_SIZE 0x4000

// What FXSAVE writes, in bytes.
#define FXSAVE_SIZE 512

// The states of starting a processor (processors.S): nobody is waited for, one is, it came.
#define PROCESSOR_NONE 0
#define PROCESSOR_EXPECTED 1
#define PROCESSOR_CAME 2

// The page that starts the next kernel (next_kernel.S): the code, then these words, of 4 bytes each, then
// four words for each segment. The page's end is its stack.
#define NEXT_KERNEL_ENTRY 256
#define NEXT_KERNEL_INFORMATION 260
#define NEXT_KERNEL_COUNT 264
#define NEXT_KERNEL_SEGMENTS 272
#define NEXT_KERNEL_PAGE_SIZE 4096

// What the assembly alone needs.
#ifdef __ASSEMBLER__
#define KERNEL_BASE_LOW 0x80000000
#define PHYSICAL(symbol) (symbol - KERNEL_BASE)

// Bits of a page table's entry: present, writable.
#define PRESENT_WRITE 0x3

// CR4.LA57: page tables have five levels.
#define CR4_FIVE_LEVELS (1 << 12)

// Present, ring 0, interrupts stay off; the same for what ring 3 may raise.
#define INTERRUPT_GATE 0x8e00
#define USER_INTERRUPT_GATE 0xee00

// Offsets in Boot.h's interrupt_frame, and its words.
#define FRAME_VECTOR 120
#define FRAME_CS 144
#define FRAME_WORDS 22

// EFLAGS.AC: while it is set, SMAP is off.
#define ALIGNMENT_CHECK_FLAG (1 << 18)

// In assembly: the registers that a function must leave as they were, on the stack and back
// (System V ABI for x86-64, section 3.2.1).
#define PUSH_PRESERVED \
  pushq %rbp; pushq %rbx; pushq %r12; pushq %r13; pushq %r14; pushq %r15
#define POP_PRESERVED \
  popq %r15; popq %r14; popq %r13; popq %r12; popq %rbx; popq %rbp

// Loads every data segment from %ax.
#define LOAD_DATA_SEGMENTS \
  movw %ax, %ds; movw %ax, %es; movw %ax, %fs; movw %ax, %gs; movw %ax, %ss

// Two pushes, of which the vector's may take five bytes, and a jump of five.
#define INTERRUPT_STUB_SIZE 12

// For these exceptions the processor pushes an error code itself (SDM volume 3, table 7-1).
#define HAS_ERROR_CODE(vector) \
  (vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21 || \
   vector == 29 || vector == 30)
#endif

// These arrive on stacks of their own: non-maskable interrupts, double faults, machine checks.
#define HAS_OWN_STACK(vector) (vector == 2 || vector == 8 || vector == 18)

// The model-specific register with the base of GS.
#define GS_BASE_REGISTER 0xc0000101

#define COM1 0x3f8

// In %eax at the entry: the number of Multiboot2's loaders (section 3.3), and the one that PVH's
// entry puts there, which is also the first word of what a PVH loader tells.
#define MULTIBOOT2_MAGIC 0x36d76289
#define PVH_MAGIC 0x336ec578

// How far the boot has come is written to this port. The first codes are the assembly's; Swift has
// the others (BootStep.swift).
#define STEP_PORT 0x80
#define STEP_ENTERED 1
#define STEP_PROCESSOR_CHECKED 2
#define STEP_TABLES_BUILT 3

// QEMU's isa-debug-exit: writing v ends QEMU with status (v << 1) | 1.
#define EXIT_PORT 0xf4
#define EXIT_SUCCESS 0x10
#define EXIT_FAILURE 0x11

#endif
