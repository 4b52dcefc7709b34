// From the boot loader's 32-bit protected mode to long mode, in three steps: check that this
// can work, build the first page tables, switch. Runs at physical addresses, paging off.
//
// The first page tables show
//   - the first 4 GiB of physical memory at the direct map's place, so that Swift sees memory
//     where it will always see it;
//   - the kernel's image at its place in the top of the address space, for text and stacks:
//     in small pages, so that the pages below the stacks can be missing from the start;
//   - the image at address 0, for constants and data (layout.h says why there), and once more
//     at its physical address, for the instructions that switch paging on.

#include "layout.h"

.set LOADER_MAGIC,  0x36d76289
.set PRESENT_WRITE, 0x3
.set LARGE_PAGE,    0x83

#define PHYSICAL(symbol) (symbol - KERNEL_BASE)

.section .boot.text, "ax"
.code32
.global _start
_start:
  cli
  cld
  movl $PHYSICAL(boot_stack_top), %esp
  movl %eax, %ebp                   // the loader's magic number
  movl %ebx, %edi                   // physical address of the boot information
  call serial_set_up

  movl $message_magic, %esi
  cmpl $LOADER_MAGIC, %ebp
  jne refuse

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

  // 2,048 entries of 2 MiB each: 4 GiB.
  movl $PHYSICAL(boot_directories), %ebx
  xorl %ecx, %ecx
1:
  movl %ecx, %eax
  shll $21, %eax
  orl $LARGE_PAGE, %eax
  movl %eax, (%ebx, %ecx, 8)
  incl %ecx
  cmpl $2048, %ecx
  jne 1b

  movl $PHYSICAL(boot_directories) + PRESENT_WRITE, %eax
  movl $PHYSICAL(boot_pointers), %ebx
  movl %eax, 0(%ebx)
  addl $0x1000, %eax
  movl %eax, 8(%ebx)
  addl $0x1000, %eax
  movl %eax, 16(%ebx)
  addl $0x1000, %eax
  movl %eax, 24(%ebx)

  // 512 entries of 4 KiB each: the 2 MiB that the image is in.
  movl $PHYSICAL(boot_image_table), %ebx
  xorl %ecx, %ecx
  movl $KERNEL_LOAD_ADDRESS + PRESENT_WRITE, %eax
1:
  movl %eax, (%ebx, %ecx, 8)
  addl $0x1000, %eax
  incl %ecx
  cmpl $512, %ecx
  jne 1b
  movl $PHYSICAL(boot_stack_guard) - KERNEL_LOAD_ADDRESS, %ecx
  shrl $12, %ecx
  movl $0, (%ebx, %ecx, 8)
  movl $PHYSICAL(exception_stacks_guard) - KERNEL_LOAD_ADDRESS, %ecx
  shrl $12, %ecx
  movl $0, (%ebx, %ecx, 8)

  addl $PRESENT_WRITE, %ebx
  movl $PHYSICAL(boot_image_directory), %eax
  movl %ebx, (8 * (KERNEL_LOAD_ADDRESS >> 21))(%eax)
  addl $PRESENT_WRITE, %eax
  movl $PHYSICAL(boot_image_pointers), %ebx
  movl %eax, (8 * 510)(%ebx)

  movl $PHYSICAL(boot_low_directory), %ebx
  movl $KERNEL_LOAD_ADDRESS + LARGE_PAGE, %eax
  movl %eax, 0(%ebx)
  movl %eax, (8 * (KERNEL_LOAD_ADDRESS >> 21))(%ebx)
  movl $PHYSICAL(boot_low_pointers), %ecx
  addl $PRESENT_WRITE, %ebx
  movl %ebx, 0(%ecx)

  movl $PHYSICAL(boot_root), %ebx
  addl $PRESENT_WRITE, %ecx
  movl %ecx, 0(%ebx)
  movl $PHYSICAL(boot_pointers) + PRESENT_WRITE, %eax
  movl %eax, (8 * DIRECT_MAP_ROOT_INDEX)(%ebx)
  movl $PHYSICAL(boot_image_pointers) + PRESENT_WRITE, %eax
  movl %eax, (8 * 511)(%ebx)
  movl %ebx, %cr3

  movl %cr4, %eax
  orl $0xa0, %eax                   // PAE, global pages
  movl %eax, %cr4
  movl $0xc0000080, %ecx            // EFER
  rdmsr
  orl $0x900, %eax                  // long mode, no-execute
  wrmsr
  movl %cr0, %eax
  andl $~0xc, %eax                  // no x87 emulation, no task-switch trap
  orl $0x80010022, %eax             // paging, write-protect, x87 errors by exception
  movl %eax, %cr0

  lgdt boot_gdt_pointer
  ljmp $CODE_SELECTOR, $enter_long_mode

.code64
enter_long_mode:
  movabsq $start_higher_half, %rax
  jmp *%rax

// ---- What the 32-bit code says when it can't go on ------------------------------------

.code32
// Says the line at %esi on the serial port and on the text screen, then ends the machine.
refuse:
  movl $0xb8000, %ebx
1:
  lodsb
  testb %al, %al
  jz 2f
  movb %al, (%ebx)
  movb $0x4f, 1(%ebx)               // white on red
  addl $2, %ebx
  call serial_write
  jmp 1b
2:
  movb $'\n', %al
  call serial_write
  movb $EXIT_FAILURE, %al
  outb %al, $EXIT_PORT
3:
  hlt
  jmp 3b

// 115,200 baud, 8 data bits, no parity, one stop bit, FIFOs on.
serial_set_up:
  movl $serial_settings, %esi
  movl $6, %ecx
1:
  movzwl (%esi), %edx
  movb 2(%esi), %al
  outb %al, %dx
  addl $3, %esi
  loop 1b
  ret

// Sends %al once the transmitter has room; gives up on a port that never has.
serial_write:
  pushl %edx
  pushl %ecx
  movb %al, %ah
  movl $COM1 + 5, %edx
  movl $100000, %ecx
1:
  inb %dx, %al
  testb $0x20, %al
  jnz 2f
  loop 1b
2:
  movl $COM1, %edx
  movb %ah, %al
  outb %al, %dx
  popl %ecx
  popl %edx
  ret

.section .boot.rodata, "a"
serial_settings:                    // port, value
  .short COM1 + 1
  .byte 0x00
  .short COM1 + 3
  .byte 0x80
  .short COM1 + 0
  .byte 0x01
  .short COM1 + 1
  .byte 0x00
  .short COM1 + 3
  .byte 0x03
  .short COM1 + 2
  .byte 0xc7
message_magic:
  .asciz "swift-memblock: not started by a Multiboot2 loader: %eax is not 0x36d76289"
message_cpuid:
  .asciz "swift-memblock: this processor has no CPUID instruction; a 64-bit one is needed"
message_long_mode:
  .asciz "swift-memblock: this processor has no long mode; a 64-bit one is needed"
message_no_execute:
  .asciz "swift-memblock: this processor cannot forbid execution (NX), or its firmware hides it"
