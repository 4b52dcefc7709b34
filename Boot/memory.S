// What the compiler calls by itself to move and fill memory, and the one mathematical
// function that Swift's collections use. The string instructions are fast on every processor
// of the last decade, and can't be compiled into calls of themselves as a loop in C can.

.section .text.memory, "ax"
.code64

// void *memset(void *target, int byte, size_t count)
.global memset
memset:
  movq %rdi, %r8
  movzbl %sil, %eax
  movabsq $0x0101010101010101, %rcx
  imulq %rcx, %rax
  movq %rdx, %rcx
  shrq $3, %rcx
  rep stosq
  movl %edx, %ecx
  andl $7, %ecx
  rep stosb
  movq %r8, %rax
  ret

// void *memcpy(void *target, const void *source, size_t count)
.global memcpy
memcpy:
  movq %rdi, %rax
copy_upwards:
  movq %rdx, %rcx
  shrq $3, %rcx
  rep movsq
  movl %edx, %ecx
  andl $7, %ecx
  rep movsb
  ret

// void *memmove(void *target, const void *source, size_t count)
.global memmove
memmove:
  movq %rdi, %rax
  movq %rdi, %r8
  subq %rsi, %r8
  cmpq %rdx, %r8                    // target − source, unsigned, is below count where the
  jae copy_upwards                  // target starts inside the source: then from the end
  movq %rdx, %rcx                   // down, words first
  std
  leaq -8(%rdi, %rdx), %rdi
  leaq -8(%rsi, %rdx), %rsi
  shrq $3, %rcx
  rep movsq
  addq $7, %rdi
  addq $7, %rsi
  movl %edx, %ecx
  andl $7, %ecx
  rep movsb
  cld
  ret

// int memcmp(const void *left, const void *right, size_t count)
.global memcmp
memcmp:
  xorl %eax, %eax
  movq %rdx, %rcx
  testq %rcx, %rcx                  // with nothing to compare, the flags say equal
  repe cmpsb
  je 1f
  movzbl -1(%rdi), %eax
  movzbl -1(%rsi), %ecx
  subl %ecx, %eax
1:
  ret

// double ceil(double value): without SSE the argument is on the stack, the result in st(0).
.global ceil
ceil:
  subq $8, %rsp
  fldl 16(%rsp)
  fnstcw 4(%rsp)
  movw 4(%rsp), %ax
  andw $0xf3ff, %ax
  orw $0x0800, %ax                  // round up
  movw %ax, 6(%rsp)
  fldcw 6(%rsp)
  frndint
  fldcw 4(%rsp)
  addq $8, %rsp
  ret
