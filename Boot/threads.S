// From one stack to another: what a switch of threads comes to.

#include "layout.h"

// A word more than FXSAVE writes, so that it writes to a multiple of 16.
.set CALCULATION_SIZE, FXSAVE_SIZE + 8

.section .text.threads, "ax"
.code64

// void thread_switch(uint64_t left, uint64_t entered)
//
// Puts on the stack what a function may count on after a call, and writes the stack pointer to the
// address `left`; then takes the same from the stack that was left with the pointer `entered`, and returns
// there. The x87 registers are among it: a thread may be left between two instructions. With
// interrupts off.
.global thread_switch
thread_switch:
  PUSH_PRESERVED
  subq $CALCULATION_SIZE, %rsp
  fxsave64 (%rsp)
  movq %rsp, (%rdi)
  movq %rsi, %rsp
enter_stack:
  fxrstor64 (%rsp)
  addq $CALCULATION_SIZE, %rsp
  POP_PRESERVED
  ret

// Where the first switch to a thread returns to (KernelThread.swift).
.global thread_start
thread_start:
  xorl %ebp, %ebp                   // the end of every backtrace
  call thread_started
  // It is done, and has told where the processor goes on.
  movq %rax, %rsp
  jmp enter_stack
