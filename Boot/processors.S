// How the processors other than the boot's come to Swift: real mode, protected mode, long mode.

#include "layout.h"

// The page below 1 MiB that a processor starts in, in real mode, by its start-up interrupt. A copy
// of this is put there; it runs wherever that is, and nothing in it has to be filled in.
.section .boot.rodata, "a"
.balign 16
.global trampoline_start, trampoline_end
.code16
trampoline_start:
  cli
  cld
  movw %cs, %ax
  movw %ax, %ds
  lgdtl trampoline_gdt_pointer - trampoline_start
  movl %cr0, %eax
  orl $1, %eax
  movl %eax, %cr0
  ljmpl $CODE32_SELECTOR, $processor_start_32
.balign 4
trampoline_gdt_pointer:
  .short GDT_SIZE - 1
  .long gdt + KERNEL_LOAD_ADDRESS
trampoline_end:

// As the boot processor, it goes on at physical addresses, with the first page tables, to the
// image's place in the top of the address space.
.section .boot.text, "ax"
.code32
processor_start_32:
  movl $DATA_SELECTOR, %eax
  movw %ax, %ds
  movw %ax, %es
  movw %ax, %ss

  // One processor is started at a time. One that comes when nobody waits for it any more, or a
  // second one, stops here.
  movl $PROCESSOR_EXPECTED, %eax
  movl $PROCESSOR_CAME, %ecx
  lock cmpxchgl %ecx, PHYSICAL(processor_start_state)
  je 2f
1:
  hlt
  jmp 1b
2:
  movl PHYSICAL(processor_start_cr4), %eax
  movl %eax, %cr4
  testl $CR4_FIVE_LEVELS, %eax
  movl $PHYSICAL(boot_switch_root), %eax
  jz 3f
  movl $PHYSICAL(boot_top_switch_root), %eax
3:
  movl %eax, %cr3
  movl $0xc0000080, %ecx            // EFER
  movl $0x900, %eax                 // long mode, no-execute
  xorl %edx, %edx
  wrmsr
  movl $0x80010033, %eax            // as in entry32.S
  movl %eax, %cr0
  ljmp $CODE_SELECTOR, $4f
.code64
4:
  movabsq $processor_start_64, %rax
  jmp *%rax

.section .text.start, "ax"
.code64
processor_start_64:
  xorl %eax, %eax
  LOAD_DATA_SEGMENTS
  movq processor_start_cr3(%rip), %rax
  movq %rax, %cr3
  movq processor_start_stack(%rip), %rsp
  lidt idt_pointer(%rip)
  fninit
  xorl %ebp, %ebp                   // the end of every backtrace
  movq processor_start_number(%rip), %rdi
  call processor_started
  ud2

// What the processor that is being started is told.
.section .bss, "aw", @nobits
.balign 8
.global processor_start_cr3, processor_start_cr4, processor_start_stack
.global processor_start_number, processor_start_state
processor_start_cr3:    .skip 8
processor_start_cr4:    .skip 8
processor_start_stack:  .skip 8
processor_start_number: .skip 8
processor_start_state:  .skip 8
