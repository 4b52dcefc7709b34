/*
 * Where QEMU enters the kernel (the PVH protocol, Xen's "x86/HVM direct boot ABI"): 32-bit
 * protected mode, paging off, ebx = address of hvm_start_info. Maps the first 4 GiB onto
 * themselves in 2 MiB pages, switches to long mode and calls kernel_main.
 */
    .section .note.pvh, "a", @note
    .long 4, 4, 18                  /* lengths of name and value; XEN_ELFNOTE_PHYS32_ENTRY */
    .asciz "Xen"
    .long start

    .section .text.start, "ax"
    .code32
    .globl start
start:
    mov %ebx, %esi                  /* kept until the call */
    mov $stack_top, %esp

    movl $level3 + 3, level4        /* present, writable */
    xor %ecx, %ecx
1:  mov %ecx, %eax                  /* four tables of 512 pages each */
    shl $12, %eax
    add $level2 + 3, %eax
    mov %eax, level3(, %ecx, 8)
    inc %ecx
    cmp $4, %ecx
    jb 1b
    xor %ecx, %ecx
2:  mov %ecx, %eax
    shl $21, %eax
    or $0x83, %eax                  /* present, writable, 2 MiB */
    mov %eax, level2(, %ecx, 8)
    inc %ecx
    cmp $2048, %ecx
    jb 2b

    mov %cr4, %eax
    or $0x20, %eax                  /* PAE */
    mov %eax, %cr4
    mov $level4, %eax
    mov %eax, %cr3
    mov $0xc0000080, %ecx           /* EFER */
    rdmsr
    or $0x100, %eax                 /* LME */
    wrmsr
    mov %cr0, %eax
    or $0x80000000, %eax            /* PG */
    mov %eax, %cr0
    lgdt gdt_pointer
    ljmp $8, $3f

    .code64
3:  mov $16, %eax
    mov %eax, %ds
    mov %eax, %es
    mov %eax, %ss
    mov %esi, %edi
    call kernel_main
4:  hlt
    jmp 4b

    .section .rodata
    .balign 8
gdt:
    .quad 0, 0x00af9a000000ffff, 0x00cf92000000ffff
gdt_pointer:
    .word . - gdt - 1
    .long gdt

    .section .bss
    .balign 4096
level4: .skip 4096
level3: .skip 4096
level2: .skip 4 * 4096
    .skip 16384
stack_top:

    .section .note.GNU-stack, "", @progbits
