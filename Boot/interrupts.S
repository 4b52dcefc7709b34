// From an exception or an interrupt to Swift, and back.

#include "layout.h"

.section .text.interrupts, "ax"
.code64

// Each stub makes the stack look the same: a vector and an error code above what the
// processor pushed.
.balign INTERRUPT_STUB_SIZE
.global interrupt_stubs
interrupt_stubs:
.set vector, 0
.rept INTERRUPT_VECTORS
  .balign INTERRUPT_STUB_SIZE
  .if !HAS_ERROR_CODE(vector)
    pushq $0
  .endif
  pushq $vector
  jmp interrupt_common
  .set vector, vector + 1
.endr

// Completes the `interrupt_frame` of Boot.h on the stack, and gives its address to Swift, which may
// change it: what is returned to is what stands there.
interrupt_common:
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
  movq %rsp, %rdi
  call interrupt_raised
  popq %rax
  popq %rbx
  popq %rcx
  popq %rdx
  popq %rsi
  popq %rdi
  popq %rbp
  popq %r8
  popq %r9
  popq %r10
  popq %r11
  popq %r12
  popq %r13
  popq %r14
  popq %r15
  addq $16, %rsp                    // the vector and the error code
  iretq
