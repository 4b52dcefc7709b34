// The PVH entry: the note by which a virtual machine monitor starts the ELF file without a boot
// loader, as `qemu-system-x86_64 -kernel` does, and what it enters.
// (Xen, docs/misc/pvh.pandoc; the note is XEN_ELFNOTE_PHYS32_ENTRY of xen/include/public/elfnote.h.)

#include "layout.h"

.set PHYSICAL_ENTRY, 18

.section .note.pvh, "a", @note
.balign 4
  .long 4                           // the owner's name
  .long 8                           // the address; QEMU reads eight bytes of it
  .long PHYSICAL_ENTRY
  .ascii "Xen\0"
  .quad pvh_start

// As Multiboot2's: 32-bit protected mode, paging off, and in %ebx the physical address of what the
// monitor tells. There is no magic number in %eax.
.section .boot.text, "ax"
.code32
.global pvh_start
pvh_start:
  movl $PVH_MAGIC, %eax
  jmp _start
