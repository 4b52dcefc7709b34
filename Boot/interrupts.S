// From an exception or an interrupt to Swift, and back.

#include "layout.h"

.section .text.interrupts, "ax"
.code64

// Each stub makes the stack look the same: a vector and an error code above what the
// processor pushed.
.global interrupt_stubs
interrupt_stubs:
.set vector, 0
.rept INTERRUPT_VECTORS
  .org interrupt_stubs + vector * INTERRUPT_STUB_SIZE
  .if !HAS_ERROR_CODE(vector)
    pushq $0
  .endif
  pushq $vector
  .if HAS_OWN_STACK(vector)
    jmp interrupt_on_own_stack
  .else
    jmp interrupt_common
  .endif
  .set vector, vector + 1
.endr

// Completes the `interrupt_frame` of Boot.h on the stack.
.macro push_registers
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
.endm

// Ring 3 has interrupted itself, or was interrupted: the flag by which it could let the kernel read
// its memory is the kernel's own again.
.macro drop_alignment_check
  pushfq
  andl $~ALIGNMENT_CHECK_FLAG, (%rsp)
  popfq
.endm

// Swift gets the address of the frame, and may change it: what is returned to is what stands there.
interrupt_common:
  push_registers
  testb $3, FRAME_CS(%rsp)
  jnz interrupt_from_user
  movq %rsp, %rdi
  call interrupt_raised
.global interrupt_return
interrupt_return:
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

// From ring 3, on the stack that user.S has prepared. GS leads to what is ring 3's. What ring 3 asks
// for and what it does wrong ends its run; whatever else comes is dealt with, and it goes on.
interrupt_from_user:
  swapgs
  drop_alignment_check
  movq FRAME_VECTOR(%rsp), %rax
  cmpq $EXCEPTION_VECTORS, %rax
  jb user_stopped
  cmpq $SYSTEM_CALL_VECTOR, %rax
  je user_stopped
  // Swift calculates with the x87 registers, of which ring 3 may have left none free.
  subq $FXSAVE_SIZE, %rsp
  fxsave64 (%rsp)
  fninit
  leaq FXSAVE_SIZE(%rsp), %rdi
  call interrupt_raised
  fxrstor64 (%rsp)
  addq $FXSAVE_SIZE, %rsp
  swapgs
  jmp interrupt_return

// What comes on a stack of its own may have come between the entry from ring 3 and its swapgs, so that
// the code segment does not tell whose GS is. The kernel's leads to the upper half of the address
// space, and ring 3 can't have one that does. Where the kernel has none yet, none is exchanged for none.
interrupt_on_own_stack:
  push_registers
  drop_alignment_check
  movl $GS_BASE_REGISTER, %ecx
  rdmsr
  movl %edx, %ebx                   // which a call keeps
  testl %ebx, %ebx
  js 1f
  swapgs
1:
  movq %rsp, %rdi
  call interrupt_raised_on_own_stack
  testl %ebx, %ebx
  js interrupt_return
  swapgs
  jmp interrupt_return
