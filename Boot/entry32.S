// From the boot loader's 32-bit protected mode to long mode, in three steps: check that this
// can work, build the first page tables, switch. Runs at physical addresses, paging off.
//
// The first page tables show
//   - the first 4 GiB of physical memory at the direct map's place, so that Swift sees memory
//     where it will always see it;
//   - the kernel's image at its place in the top of the address space, for text and stacks:
//     in small pages, so that the pages below the stacks can be missing from the start;
//   - the image at address 0, for constants and data (layout.h says why there).
//
// The instructions that switch paging on run at their physical address, where those tables show the
// image's constants: until they are through, a root of its own has the first 4 GiB at address 0.

#include "layout.h"

.set LARGE_PAGE,    0x83

// CR4 (SDM volume 3, section 2.5).
.set CR4_ALWAYS,        0x6a0       // physical address extension, global pages, SSE for ring 3
.set CR4_MACHINE_CHECK, 1 << 6
.set CR4_UMIP,          1 << 11     // no SGDT, SIDT, SLDT, SMSW, STR outside ring 0
.set CR4_SMEP,          1 << 20     // no execution of user pages in ring 0
.set CR4_SMAP,          1 << 21     // no access to user pages in ring 0

.section .boot.text, "ax"
.code32
.global _start
_start:
  cli
  cld
  movl $PHYSICAL(boot_stack_top), %esp
  movl %eax, %ebp                   // who starts us: a magic number
  movl %ebx, %edi                   // physical address of the boot information

  // The loader's descriptor tables are undefined (Multiboot2, section 3.3): our own from here on.
  lgdt boot_gdt_pointer
  ljmp $CODE32_SELECTOR, $1f
1:
  movl $DATA_SELECTOR, %eax
  LOAD_DATA_SEGMENTS
  call serial_set_up
  call early_exceptions_set_up

  movb $STEP_ENTERED, %al
  call step

  movl $message_magic, %esi
  cmpl $MULTIBOOT2_MAGIC, %ebp
  je 1f
  cmpl $PVH_MAGIC, %ebp
  jne refuse
1:
  movl %ebp, boot_loader_magic + KERNEL_LOAD_ADDRESS

  // CPUID exists where bit 21 of EFLAGS can be flipped (SDM volume 1, section 20.1).
  movl $message_cpuid, %esi
  pushfl
  popl %eax
  movl %eax, %ecx
  xorl $(1 << 21), %eax
  pushl %eax
  popfl
  pushfl
  popl %eax
  xorl %ecx, %eax
  testl $(1 << 21), %eax
  jz refuse

  // CR4 has nothing in it that a loader left (a set LA57 or PCIDE would end in a fault that
  // nobody reports), and what protects the kernel, as far as this processor has it.
  movl $CR4_ALWAYS, %esi
  movl $1, %eax
  cpuid
  testl $(1 << 7), %edx
  jz 1f
  orl $CR4_MACHINE_CHECK, %esi
1:
  xorl %eax, %eax
  cpuid
  cmpl $7, %eax
  jb 3f
  movl $7, %eax
  xorl %ecx, %ecx
  cpuid
  testl $(1 << 7), %ebx
  jz 1f
  orl $CR4_SMEP, %esi
1:
  testl $(1 << 20), %ebx
  jz 1f
  orl $CR4_SMAP, %esi
1:
  testl $(1 << 2), %ecx
  jz 3f
  orl $CR4_UMIP, %esi
3:
  movl %esi, %cr4

  movl $message_long_mode, %esi
  movl $0x80000000, %eax
  cpuid
  cmpl $0x80000001, %eax
  jb refuse
  movl $0x80000001, %eax
  cpuid
  testl $(1 << 29), %edx
  jz refuse
  movl $message_no_execute, %esi
  testl $(1 << 20), %edx
  jz refuse
  movb $STEP_PROCESSOR_CHECKED, %al
  call step

  // 2,048 entries of 2 MiB each: 4 GiB.
  movl $PHYSICAL(direct_map_pd), %ebx
  xorl %ecx, %ecx
1:
  movl %ecx, %eax
  shll $21, %eax
  orl $LARGE_PAGE, %eax
  movl %eax, (%ebx, %ecx, 8)
  incl %ecx
  cmpl $2048, %ecx
  jne 1b

  movl $PHYSICAL(direct_map_pd) + PRESENT_WRITE, %eax
  movl $PHYSICAL(direct_map_pdpt), %ebx
  movl %eax, 0(%ebx)
  addl $0x1000, %eax
  movl %eax, 8(%ebx)
  addl $0x1000, %eax
  movl %eax, 16(%ebx)
  addl $0x1000, %eax
  movl %eax, 24(%ebx)

  // Entries of 4 KiB each, one table behind the other: all of the image.
  movl $PHYSICAL(boot_image_tables), %ebx
  xorl %ecx, %ecx
  movl $KERNEL_LOAD_ADDRESS + PRESENT_WRITE, %eax
1:
  movl %eax, (%ebx, %ecx, 8)
  addl $0x1000, %eax
  incl %ecx
  cmpl $kernel_image_end, %eax
  jb 1b
  .irp guard, boot_stack_guard, double_fault_guard, non_maskable_guard, machine_check_guard
  movl $PHYSICAL(\guard) - KERNEL_LOAD_ADDRESS, %ecx
  shrl $12, %ecx
  movl $0, (%ebx, %ecx, 8)
  .endr

  // The directories of the image: its tables at its place in the top, large pages at address 0.
  addl $PRESENT_WRITE, %ebx
  movl $KERNEL_LOAD_ADDRESS + LARGE_PAGE, %eax
  xorl %ecx, %ecx
1:
  movl %ebx, PHYSICAL(boot_image_directory) + 8 * (KERNEL_LOAD_ADDRESS >> 21)(, %ecx, 8)
  movl %eax, PHYSICAL(boot_low_directory)(, %ecx, 8)
  addl $0x1000, %ebx
  addl $0x200000, %eax
  incl %ecx
  cmpl $IMAGE_TABLES, %ecx
  jne 1b
  movl $PHYSICAL(boot_image_directory) + PRESENT_WRITE, PHYSICAL(boot_image_pointers) + 8 * 510
  movl $PHYSICAL(boot_low_directory) + PRESENT_WRITE, PHYSICAL(boot_low_pointers)

  // The two roots, of which the second is for the switch.
  movl $PHYSICAL(boot_root), %ebx
  movl $PHYSICAL(boot_switch_root), %ecx
  movl $PHYSICAL(boot_low_pointers) + PRESENT_WRITE, 0(%ebx)
  movl $PHYSICAL(direct_map_pdpt) + PRESENT_WRITE, %eax
  movl %eax, 0(%ecx)
  movl %eax, (8 * DIRECT_MAP_ROOT_INDEX)(%ebx)
  movl $PHYSICAL(boot_image_pointers) + PRESENT_WRITE, %eax
  movl %eax, (8 * 511)(%ebx)
  movl %eax, (8 * 511)(%ecx)
  movl %ecx, %cr3

  call interrupt_table_set_up
  movb $STEP_TABLES_BUILT, %al
  call step
  movl $0xc0000080, %ecx            // EFER
  movl $0x900, %eax                 // long mode, no-execute
  xorl %edx, %edx
  wrmsr
  // Paging, write-protect, x87 errors by exception; no x87 emulation, no task-switch trap, caches.
  movl $0x80010033, %eax
  movl %eax, %cr0
  // Long mode has gates of 16 bytes. The table is seen at its physical address here.
  lidt boot_idt_pointer
  ljmp $CODE_SELECTOR, $enter_long_mode

.code64
enter_long_mode:
  movabsq $start_higher_half, %rax
  jmp *%rax

// Fills the table of the 64-bit code's gates: a stub stands at each multiple of their size. The
// exceptions' own stacks are added once there is a task-state segment.
.code32
interrupt_table_set_up:
  movl $PHYSICAL(interrupt_stubs) + KERNEL_BASE_LOW, %eax
  movl $PHYSICAL(idt), %edx
  movl $INTERRUPT_VECTORS, %ecx
1:
  movw %ax, 0(%edx)
  movw $CODE_SELECTOR, 2(%edx)
  movw $INTERRUPT_GATE, 4(%edx)
  movl %eax, %ebx
  shrl $16, %ebx
  movw %bx, 6(%edx)
  movl $0xffffffff, 8(%edx)
  movl $0, 12(%edx)
  addl $INTERRUPT_STUB_SIZE, %eax
  addl $16, %edx
  loop 1b
  ret

.section .boot.rodata, "a"
message_magic:
  .asciz "swift-memblock: not started by a Multiboot2 loader (%eax is not 0x36d76289), nor by its PVH note"
message_cpuid:
  .asciz "swift-memblock: this processor has no CPUID instruction; a 64-bit one is needed"
message_long_mode:
  .asciz "swift-memblock: this processor has no long mode; a 64-bit one is needed"
message_no_execute:
  .asciz "swift-memblock: this processor cannot forbid execution (NX), or its firmware hides it"
