// The first 64-bit instructions: tables that make every exception reach Swift, then Swift.

#include "layout.h"

.set EXCEPTIONS,          32
.set STUB_SIZE,           16
.set GATE,                0x8e      // present, ring 0, 64-bit interrupt gate
.set DOUBLE_FAULT,        8
.set NON_MASKABLE,        2
.set MACHINE_CHECK,       18

.section .text.start, "ax"
.code64
.global start_higher_half
start_higher_half:
  xorl %eax, %eax
  movw %ax, %ds
  movw %ax, %es
  movw %ax, %fs
  movw %ax, %gs
  movw %ax, %ss
  movq $boot_stack_top, %rsp

  // The 32-bit code left it in %edi.
  movl %edi, boot_information_place(%rip)

  lgdt gdt_pointer(%rip)

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

  // One gate an exception; its stub stands at a multiple of the stubs' size.
  leaq exception_stubs(%rip), %rax
  leaq idt(%rip), %rdx
  movl $EXCEPTIONS, %ecx
1:
  movq %rax, %rsi
  movw %si, 0(%rdx)
  movw $CODE_SELECTOR, 2(%rdx)
  movb $0, 4(%rdx)
  movb $GATE, 5(%rdx)
  shrq $16, %rsi
  movw %si, 6(%rdx)
  shrq $16, %rsi
  movl %esi, 8(%rdx)
  addq $STUB_SIZE, %rax
  addq $16, %rdx
  decl %ecx
  jnz 1b
  // These may come when the stack is no good: each has one of its own.
  leaq idt(%rip), %rdx
  movb $1, (16 * DOUBLE_FAULT + 4)(%rdx)
  movb $2, (16 * NON_MASKABLE + 4)(%rdx)
  movb $3, (16 * MACHINE_CHECK + 4)(%rdx)
  lidt idt_pointer(%rip)

  fninit
  xorl %ebp, %ebp                   // the end of every backtrace
  call main
  ud2

// ---- Exceptions ------------------------------------------------------------------------

// Each stub makes the stack look the same: a vector and an error code above what the
// processor pushed. Vectors with an error code of their own: SDM volume 3, table 7-1.
.balign STUB_SIZE
exception_stubs:
.set vector, 0
.rept EXCEPTIONS
  .balign STUB_SIZE
  .if !(vector == 8 || (vector >= 10 && vector <= 14) || vector == 17 || vector == 21 || vector == 29 || vector == 30)
    pushq $0
  .endif
  pushq $vector
  jmp exception_common
  .set vector, vector + 1
.endr

// Completes the `exception_frame` of Boot.h on the stack. It is then where C passes a
// structure by value, so Swift takes it as one, without a pointer.
exception_common:
  pushq %r15
  pushq %r14
  pushq %r13
  pushq %r12
  pushq %r11
  pushq %r10
  pushq %r9
  pushq %r8
  pushq %rbp
  pushq %rdi
  pushq %rsi
  pushq %rdx
  pushq %rcx
  pushq %rbx
  pushq %rax
  cld
  call exception_raised
  ud2

// ---- Tables and stacks -----------------------------------------------------------------

.section .data, "aw"
.balign 16
gdt:
  .quad 0
  .quad 0x00af9b000000ffff          // CODE_SELECTOR: 64-bit code
  .quad 0x00cf93000000ffff          // data
gdt_task:                           // TASK_SELECTOR: its base is filled in above
  .quad 0x0000890000000067
  .quad 0
gdt_end:

.section .boot.rodata, "a"
.global boot_gdt_pointer
boot_gdt_pointer:                   // as the 32-bit code sees it
  .short gdt_end - gdt - 1
  .long gdt + KERNEL_LOAD_ADDRESS

.section .data, "aw"
.balign 8
gdt_pointer:
  .short gdt_end - gdt - 1
  .quad gdt
.balign 8
idt_pointer:
  .short EXCEPTIONS * 16 - 1
  .quad idt

.balign 16
task_state:                         // SDM volume 3, figure 9-11
  .long 0
  .quad boot_stack_top, 0, 0        // stacks for rings 0 to 2
  .quad 0
  .quad double_fault_stack_top, non_maskable_stack_top, machine_check_stack_top
  .quad 0, 0, 0, 0                  // the rest of the seven
  .quad 0
  .short 0, 104                     // no I/O permission map

// The physical address of what the boot loader tells.
.global boot_information_place
boot_information_place:
  .long 0

.section .bss, "aw", @nobits
.balign 16
idt:
  .skip EXCEPTIONS * 16

.balign 4096
.global boot_root, boot_pointers, boot_directories, boot_low_pointers, boot_low_directory
.global boot_image_pointers, boot_image_directory, boot_image_table
boot_root:            .skip 4096
boot_pointers:        .skip 4096
boot_image_pointers:  .skip 4096
boot_image_directory: .skip 4096
boot_image_table:     .skip 4096
boot_low_pointers:    .skip 4096
boot_low_directory:   .skip 4096
boot_directories:     .skip 4 * 4096

// A copy of what the boot loader left, out of the way of everything else.
.global boot_information_copy, boot_information_copy_end
boot_information_copy:
  .skip 64 * 1024
boot_information_copy_end:

// The log of the boot until memblock gives it more room.
.global boot_early_log, boot_early_log_end
boot_early_log:
  .skip 32 * 1024
boot_early_log_end:

// Every stack grows down towards a page that the kernel's page tables leave out.
.section .stacks, "aw", @nobits
.balign 4096
.global boot_stack_guard, boot_stack_bottom, boot_stack_top
boot_stack_guard:        .skip 4096
boot_stack_bottom:       .skip 128 * 1024
boot_stack_top:
.global exception_stacks_guard
exception_stacks_guard:  .skip 4096
double_fault_stack:      .skip 16 * 1024
double_fault_stack_top:
non_maskable_stack:      .skip 16 * 1024
non_maskable_stack_top:
machine_check_stack:     .skip 16 * 1024
machine_check_stack_top:
.global exception_stacks_top
exception_stacks_top:
