// Programs for ring 3. Each is copied to an address of its own choosing, and reaches what it brings
// along by its distance.
//
// A system call is `int $0x80`, with its number in %rax: 0 ends the program with the result in %rdi; 1
// prints %rsi bytes from the address in %rdi, and leaves in %rax how many were printed, or -1.

.section .rodata, "a"

.macro program name
.global \name\()_program, \name\()_program_end
\name\()_program:
.endm

// Prints a text, and counts what was printed.
program greet
  movl $1, %eax
  leaq greeting(%rip), %rdi
  movl $greeting_end - greeting, %esi
  int $0x80
  movq %rax, %rdi
  xorl %eax, %eax
  int $0x80
greeting:
  .ascii "hello from ring 3"
greeting_end:
greet_program_end:

// Calculates with the SSE registers, while timers interrupt it.
program calculate
  movl $3, %eax
  cvtsi2sd %eax, %xmm0
  movl $50000000, %ecx
1:
  decl %ecx
  jnz 1b
  addsd %xmm0, %xmm0
  cvttsd2si %xmm0, %rdi
  xorl %eax, %eax
  int $0x80
calculate_program_end:

// Asks the kernel to print the kernel's own memory.
program pry
  movl $1, %eax
  movabsq $0xffffffff80200000, %rdi
  movl $64, %esi
  int $0x80
  movq %rax, %rdi
  xorl %eax, %eax
  int $0x80
pry_program_end:

// Reads the kernel's memory itself.
program trespass
  movabsq $0xffffffff80200000, %rax
  movq (%rax), %rax
trespass_program_end:

// Turns interrupts off.
program seize
  cli
seize_program_end:

// Writes to its own instructions.
program scribble
  movb $0, scribble_program(%rip)
scribble_program_end:
