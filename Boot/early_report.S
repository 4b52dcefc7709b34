// What the 32-bit code says when it can't go on: a line on the serial port and on the text
// screen, and the end of the machine.

#include "layout.h"

.section .boot.text, "ax"
.code32
.global refuse, step, serial_set_up, early_exceptions_set_up

// Tells that the step %al is reached: on port 0x80, where a card or a board's own digits show it,
// and as a digit at its own place in the text screen's first line.
step:
  outb %al, $STEP_PORT
  movzbl %al, %ebx
  addb $'0', %al
  movb %al, 0xb8000(, %ebx, 2)
  movb $0x1f, 0xb8001(, %ebx, 2)    // white on blue
  ret

// Says the line at %esi, and ends the machine.
refuse:
  call say
  movl $message_end, %esi
  call say
  movb $EXIT_FAILURE, %al
  outb %al, $EXIT_PORT
1:
  hlt
  jmp 1b

// Says the text at %esi. On the screen it starts where the last one ended.
say:
  movl PHYSICAL(text_screen_position), %ebx
1:
  lodsb
  testb %al, %al
  jz 2f
  movb %al, 0xb8000(%ebx)
  movb $0x4f, 0xb8001(%ebx)         // white on red
  addl $2, %ebx
  call serial_write
  jmp 1b
2:
  movl %ebx, PHYSICAL(text_screen_position)
  ret

// Says the number in %edx as eight hexadecimal digits.
say_number:
  movl $8, %ecx
  movl $PHYSICAL(number_text), %edi
1:
  roll $4, %edx
  movl %edx, %eax
  andl $0xf, %eax
  movb digits(%eax), %al
  stosb
  loop 1b
  movb $0, (%edi)
  movl $PHYSICAL(number_text), %esi
  jmp say

// ---- Exceptions before long mode -------------------------------------------------------

// A table of 32-bit gates: each leads to its own stub.
early_exceptions_set_up:
  movl $early_stubs, %eax
  movl $PHYSICAL(early_idt), %edx
  movl $EXCEPTION_VECTORS, %ecx
1:
  movw %ax, 0(%edx)
  movw $CODE32_SELECTOR, 2(%edx)
  movw $INTERRUPT_GATE, 4(%edx)
  movl %eax, %ebx
  shrl $16, %ebx
  movw %bx, 6(%edx)
  addl $INTERRUPT_STUB_SIZE, %eax
  addl $8, %edx
  loop 1b
  lidt early_idt_pointer
  ret

early_stubs:
.set vector, 0
.rept EXCEPTION_VECTORS
  .org early_stubs + vector * INTERRUPT_STUB_SIZE
  .if !HAS_ERROR_CODE(vector)
    pushl $0
  .endif
  pushl $vector
  jmp early_exception
  .set vector, vector + 1
.endr

// On the stack: the vector, the error code, the address.
early_exception:
  movl $message_exception, %esi
  call say
  popl %edx
  call say_number
  movl $message_error_code, %esi
  call say
  popl %edx
  call say_number
  movl $message_address, %esi
  call say
  popl %edx
  call say_number
  movl $message_early, %esi
  jmp refuse

// ---- The serial port --------------------------------------------------------------------

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
.balign 4
early_idt_pointer:
  .short EXCEPTION_VECTORS * 8 - 1
  .long PHYSICAL(early_idt)
digits:
  .ascii "0123456789abcdef"
message_exception:
  .asciz "swift-memblock: exception 0x"
message_error_code:
  .asciz ", error code 0x"
message_address:
  .asciz ", at 0x"
message_early:
  .asciz ", before the kernel was in long mode"
message_end:
  .asciz "\n"

.section .bss, "aw", @nobits
.balign 8
early_idt:
  .skip EXCEPTION_VECTORS * 8
text_screen_position:
  .skip 4
number_text:
  .skip 9
