// From page tables of four levels to those of five (SDM volume 3, section 5.1.1: CR4.LA57 can't be set
// while the processor is in 64-bit mode).

#include "layout.h"

.set CR0_PAGING, 1 << 31

.section .text.start, "ax"
.code64

// void enter_five_levels(void)
//
// Leaves long mode and comes back, with a table above each of the first page tables' two roots whose
// halves both lead to it: every address is where it was. With interrupts off, on the first page tables.
.global enter_five_levels
enter_five_levels:
  PUSH_PRESERVED
  movl $PHYSICAL(boot_root) + PRESENT_WRITE, %eax
  movq %rax, boot_top_root(%rip)
  movq %rax, 511 * 8 + boot_top_root(%rip)
  movl $PHYSICAL(boot_switch_root) + PRESENT_WRITE, %eax
  movq %rax, boot_top_switch_root(%rip)
  movq %rax, 511 * 8 + boot_top_switch_root(%rip)
  // The first 4 GiB are at address 0 for as long as it takes, and the descriptors with them.
  movl $PHYSICAL(boot_switch_root), %eax
  movq %rax, %cr3
  movl $gdt_physical_pointer, %eax
  lgdt (%rax)
  // The upper halves of registers are lost outside 64-bit mode.
  movq %rsp, five_levels_stack(%rip)
  movl $five_levels_low, %eax
  jmp *%rax
five_levels_high:
  movl $PHYSICAL(boot_top_root), %eax
  movq %rax, %cr3
  lgdt gdt_pointer(%rip)
  movq five_levels_stack(%rip), %rsp
  POP_PRESERVED
  ret

// At physical addresses, as the first instructions of the boot. Without a stack and without data: their
// segments are none in 32-bit mode.
.section .boot.text, "ax"
five_levels_low:
  pushq $CODE32_SELECTOR
  pushq $1f
  lretq
.code32
1:
  movl %cr0, %eax
  andl $~CR0_PAGING, %eax
  movl %eax, %cr0
  movl %cr4, %eax
  orl $CR4_FIVE_LEVELS, %eax
  movl %eax, %cr4
  movl $PHYSICAL(boot_top_switch_root), %eax
  movl %eax, %cr3
  movl %cr0, %eax
  orl $CR0_PAGING, %eax
  movl %eax, %cr0
  ljmp $CODE_SELECTOR, $2f
.code64
2:
  movabsq $five_levels_high, %rax
  jmp *%rax

.section .bss, "aw", @nobits
.balign 8
five_levels_stack:
  .skip 8
