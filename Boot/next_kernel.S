// From this kernel to the next one: out of long mode, and over this kernel's own image.

#include "layout.h"

.set CR0_PAGING, 1 << 31

.section .text.next_kernel, "ax"
.code64

// void next_kernel_enter(uint64_t page)
//
// `page` is the physical address, below 4 GiB, of a page with a copy of what stands between
// `next_kernel_start` and `next_kernel_end`, and the words that it is told (NextKernel.swift). Nothing that
// is copied goes there. With interrupts off, and no other processor running. Does not return.
.global next_kernel_enter
next_kernel_enter:
  // The first 4 GiB are at address 0 in these tables, and this code where it is.
  movl $PHYSICAL(boot_switch_root), %eax
  movq %cr4, %rcx
  testl $CR4_FIVE_LEVELS, %ecx
  jz 1f
  movl $PHYSICAL(boot_top_switch_root), %eax
1:
  movq %rax, %cr3
  movl $gdt_physical_pointer, %eax
  lgdt (%rax)
  leaq NEXT_KERNEL_PAGE_SIZE(%rdi), %rsp
  pushq $CODE32_SELECTOR
  pushq %rdi
  lretq

// In the copy, in 32-bit mode, with its page in %edi. The descriptors go away with the image: no segment is
// loaded once something was copied.
.code32
.global next_kernel_start, next_kernel_end
next_kernel_start:
  movl $DATA_SELECTOR, %eax
  LOAD_DATA_SEGMENTS
  movl %cr0, %eax
  andl $~CR0_PAGING, %eax
  movl %eax, %cr0
  movl $0xc0000080, %ecx            // EFER: no long mode
  xorl %eax, %eax
  xorl %edx, %edx
  wrmsr
  movl %eax, %cr4
  movl %eax, %cr3

  // Each segment: where it goes, where it is, bytes, zeros behind them.
  cld
  movl %edi, %ebx
  leal NEXT_KERNEL_SEGMENTS(%ebx), %ebp
  movl NEXT_KERNEL_COUNT(%ebx), %edx
1:
  testl %edx, %edx
  jz 2f
  movl 0(%ebp), %edi
  movl 4(%ebp), %esi
  movl 8(%ebp), %ecx
  rep movsb
  movl 12(%ebp), %ecx
  xorl %eax, %eax
  rep stosb
  addl $16, %ebp
  decl %edx
  jmp 1b
2:
  movl NEXT_KERNEL_ENTRY(%ebx), %ecx
  movl NEXT_KERNEL_INFORMATION(%ebx), %ebx
  movl $MULTIBOOT2_MAGIC, %eax
  jmp *%ecx
  // An error where the code reaches the words that it is told.
  .org next_kernel_start + NEXT_KERNEL_ENTRY
next_kernel_end:
