// Into ring 3, and out of it again.
//
// A run is a call: `user_run` returns when the program has made a system call or has done what it may
// not. Interrupts that come meanwhile are dealt with on the same stack, below what the call has left:
//
//     what `user_run` has saved, the lowest word the address of the program's registers
//     the frame of what has interrupted the program (interrupts.S)   <- the task-state segment's rsp0
//     ...
//
// There is one way into the kernel, the gates: `syscall` would bring a second one, with its own rules
// for the stack and for GS, and saves some dozen cycles of what a system call takes.

#include "layout.h"

.set TASK_STATE_STACK, 4            // rsp0 (SDM volume 3, figure 8-11)

.section .text.user, "ax"
.code64

// void user_run(user_registers *registers, uint64_t task_state)
.global user_run
user_run:
  PUSH_PRESERVED
  pushq %rdi
  movq %rsp, TASK_STATE_STACK(%rsi)

  // The registers may be anywhere; FXRSTOR wants a multiple of 16.
  movq %rdi, %rsi
  subq $FXSAVE_SIZE, %rsp
  addq $FRAME_WORDS * 8, %rsi
  movq %rsp, %rdi
  movl $FXSAVE_SIZE / 8, %ecx
  rep movsq
  fxrstor64 (%rsp)
  addq $FXSAVE_SIZE, %rsp

  movq (%rsp), %rsi
  subq $FRAME_WORDS * 8, %rsp
  movq %rsp, %rdi
  movl $FRAME_WORDS, %ecx
  rep movsq
  swapgs
  jmp interrupt_return

// From interrupts.S: the frame is complete, and GS is the kernel's.
.global user_stopped
user_stopped:
  movq FRAME_WORDS * 8(%rsp), %rdi
  movq %rsp, %rsi
  movl $FRAME_WORDS, %ecx
  rep movsq
  addq $FRAME_WORDS * 8, %rsp

  // Behind the frame, in the registers that `user_run` was given.
  subq $FXSAVE_SIZE, %rsp
  fxsave64 (%rsp)
  fninit
  movq %rsp, %rsi
  movl $FXSAVE_SIZE / 8, %ecx
  rep movsq
  addq $FXSAVE_SIZE + 8, %rsp       // and the address of the registers

  POP_PRESERVED
  ret
