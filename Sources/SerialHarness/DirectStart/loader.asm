# What runs instead of a firmware where a machine starts directly: it copies pieces of memory into
# place, loads the registers and enters the kernel. LoaderROM.swift has these bytes, and a test
# assembles this file and compares:
#
#   as --32 -o loader.o loader.asm && ld -m elf_i386 -Ttext 0xfffff000 --oformat binary loader.o
#
# The record that says what to do is in the page below:
#    0 number of pieces, 4 address of the table of pieces
#    8 CR0, 12 CR3, 16 CR4, 20 EFER, 24 EFLAGS, 28 FS, 32 GS
#   36 EAX, EBX, ECX, EDX, ESI, EDI, EBP, ESP
#   68 the address to enter
# A piece is: 0 destination, 4 source or 0 for zeros, 8 number of 32-bit words.

.set RECORD, 0xffffe000
.set LOADER, 0xfffff000
.set STACK,  0x500                  # four bytes below it are used

.text
.globl _start
_start:
.code16
enter:
  cli
  lgdtl %cs:(gdt_pointer - _start + 0xf000)
  movl %cr0, %eax
  orb $1, %al
  movl %eax, %cr0
  ljmpl $0x08, $protected

.code32
protected:
  movw $0x10, %ax
  movw %ax, %ds
  movw %ax, %es
  movw %ax, %ss
  cld

  movl RECORD + 0, %edx
  movl RECORD + 4, %ebp
next:
  testl %edx, %edx
  jz placed
  movl 0(%ebp), %edi
  movl 4(%ebp), %esi
  movl 8(%ebp), %ecx
  testl %esi, %esi
  jz zeros
  rep movsl
  jmp done
zeros:
  xorl %eax, %eax
  rep stosl
done:
  addl $12, %ebp
  decl %edx
  jmp next

placed:
  movl $0xc0000080, %ecx
  movl RECORD + 20, %eax
  xorl %edx, %edx
  wrmsr
  movl RECORD + 12, %eax
  movl %eax, %cr3
  movl RECORD + 16, %eax
  movl %eax, %cr4
  movl RECORD + 8, %eax
  movl %eax, %cr0
  movw RECORD + 28, %fs
  movw RECORD + 32, %gs
  movl $STACK, %esp
  pushl RECORD + 24
  popfl
  movl RECORD + 36, %eax
  movl RECORD + 40, %ebx
  movl RECORD + 44, %ecx
  movl RECORD + 48, %edx
  movl RECORD + 52, %esi
  movl RECORD + 56, %edi
  movl RECORD + 60, %ebp
  movl RECORD + 64, %esp
  jmp *(RECORD + 68)

.balign 8
gdt:
  .quad 0
  .quad 0x00cf9a000000ffff          # 0x08: code, 4 GiB
  .quad 0x00cf92000000ffff          # 0x10: data, 4 GiB
  .quad 0x000092000000000f          # 0x18: data, 16 bytes
gdt_pointer:
  .short gdt_pointer - gdt - 1
  .long gdt

# Where the processor begins.
.org 0xff0
.code16
  jmp enter
.org 0x1000
