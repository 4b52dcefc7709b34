// The processor's tables: segments, gates and the task-state segment.

#include "layout.h"

.section .data, "aw"
.balign 16
.global gdt
gdt:
  .quad 0
  .quad 0x00af9b000000ffff          // CODE_SELECTOR: 64-bit code
  .quad 0x00cf93000000ffff          // DATA_SELECTOR
.global gdt_task
gdt_task:                           // TASK_SELECTOR: its base is filled in by entry64.S
  .quad 0x0000890000000067
  .quad 0
  .quad 0x00cf9b000000ffff          // CODE32_SELECTOR: 32-bit code
  .quad 0x00cff3000000ffff          // USER_DATA_SELECTOR: data for ring 3
  .quad 0x00affb000000ffff          // USER_CODE_SELECTOR: 64-bit code for ring 3
gdt_end:
.if gdt_end - gdt - GDT_SIZE
  .error "layout.h has another size of the descriptors"
.endif

.balign 8
.global gdt_pointer, idt_pointer
gdt_pointer:
  .short gdt_end - gdt - 1
  .quad gdt
.balign 8
idt_pointer:
  .short INTERRUPT_VECTORS * 16 - 1
  .quad idt

.balign 16
.global task_state
task_state:                         // SDM volume 3, figure 8-11
  .long 0
  .quad boot_stack_top, 0, 0        // stacks for rings 0 to 2
  .quad 0
  .quad double_fault_stack_top, non_maskable_stack_top, machine_check_stack_top
  .quad 0, 0, 0, 0                  // the rest of the seven
  .quad 0
  .short 0, 104                     // no I/O permission map

// As the 32-bit code sees the same tables.
.section .boot.rodata, "a"
.global boot_gdt_pointer, boot_idt_pointer
.balign 4
boot_gdt_pointer:
  .short gdt_end - gdt - 1
  .long gdt + KERNEL_LOAD_ADDRESS
.balign 8
.global gdt_physical_pointer        // the same for 64-bit code
gdt_physical_pointer:
  .short gdt_end - gdt - 1
  .quad gdt + KERNEL_LOAD_ADDRESS
.balign 4
boot_idt_pointer:
  .short INTERRUPT_VECTORS * 16 - 1
  .long PHYSICAL(idt)

.section .bss, "aw", @nobits
.balign 16
.global idt
idt:
  .skip INTERRUPT_VECTORS * 16
