// The first 64-bit instructions: the processor's tables, the stack protector's value, then Swift.

#include "layout.h"

.set DOUBLE_FAULT,   8
.set NON_MASKABLE,   2
.set MACHINE_CHECK,  18

.section .text.start, "ax"
.code64
.global start_higher_half
start_higher_half:
  movq $boot_stack_top, %rsp
  movl $PHYSICAL(boot_root), %eax
  movq %rax, %cr3
  lgdt gdt_pointer(%rip)
  lidt idt_pointer(%rip)
  // From here on an exception finds its tables and stack, and the code that reports it its constants.
  xorl %eax, %eax
  LOAD_DATA_SEGMENTS

  // The 32-bit code left it in %edi.
  movl %edi, boot_information_physical(%rip)

  // The task-state segment's address, in the pieces that its descriptor wants.
  leaq task_state(%rip), %rax
  leaq gdt_task(%rip), %rdx
  movw %ax, 2(%rdx)
  shrq $16, %rax
  movb %al, 4(%rdx)
  movb %ah, 7(%rdx)
  shrq $16, %rax
  movl %eax, 8(%rdx)
  movw $TASK_SELECTOR, %ax
  ltr %ax

  // These exceptions may arrive on a bad stack pointer: each gets a stack of its own.
  leaq idt(%rip), %rdx
  movb $1, (16 * DOUBLE_FAULT + 4)(%rdx)
  movb $2, (16 * NON_MASKABLE + 4)(%rdx)
  movb $3, (16 * MACHINE_CHECK + 4)(%rdx)
  movw $USER_INTERRUPT_GATE, (16 * SYSTEM_CALL_VECTOR + 4)(%rdx)

  // The stack protector's value. Its lowest byte is 0, so that no string function copies it.
  movl $1, %eax
  cpuid                             // %ecx has the features
  rdtsc
  shlq $32, %rdx
  orq %rdx, %rax
  movabsq $0x9e3779b97f4a7c15, %rdx
  imulq %rdx, %rax
  bswapq %rax                       // the product's high half depends on all of the counter's bits
  testl $(1 << 30), %ecx
  jz 1f
  rdrand %rdx
  jnc 1f
  xorq %rdx, %rax
1:
  xorb %al, %al
  movq %rax, __stack_chk_guard(%rip)

  fninit
  xorl %ebp, %ebp                   // the end of every backtrace
  call main
  ud2
