// Memory that the image brings along: the first page tables, copies, and the stacks.

#include "layout.h"

// Who started the kernel, and the physical address of what it tells.
.section .data, "aw"
.balign 4
.global boot_loader_magic, boot_information_physical
boot_loader_magic:
  .long 0
boot_information_physical:
  .long 0

.section .bss, "aw", @nobits
.balign 4096
.global boot_root, boot_switch_root, direct_map_pdpt, direct_map_pd
.global boot_low_pointers, boot_low_directory
.global boot_image_pointers, boot_image_directory, boot_image_tables
.global boot_top_root, boot_top_switch_root
boot_root:            .skip 4096
boot_switch_root:     .skip 4096
direct_map_pdpt:      .skip 4096
boot_image_pointers:  .skip 4096
boot_image_directory: .skip 4096
boot_low_pointers:    .skip 4096
boot_low_directory:   .skip 4096
direct_map_pd:        .skip 4 * 4096
boot_image_tables:    .skip IMAGE_TABLES * 4096
boot_top_root:        .skip 4096    // above boot_root, with five levels
boot_top_switch_root: .skip 4096    // above boot_switch_root

// What functions with a buffer on the stack put behind it, and find there at their end.
.balign 8
.global __stack_chk_guard
__stack_chk_guard:
  .skip 8

// A copy of what the boot loader left, out of the way of everything else.
.global boot_information_copy, boot_information_copy_end
boot_information_copy:
  .skip 64 * 1024
boot_information_copy_end:

// The log of the boot until memblock gives it more room.
.global boot_early_log, boot_early_log_end
boot_early_log:
  .skip 32 * 1024
boot_early_log_end:

// The characters on a screen of up to 3840 by 2160 pixels.
.global boot_screen_characters, boot_screen_characters_end
boot_screen_characters:
  .skip 128 * 1024
boot_screen_characters_end:

// What is done about each vector (InterruptVector.swift).
.balign 16
.global boot_interrupt_vectors, boot_interrupt_vectors_end
boot_interrupt_vectors:
  .skip INTERRUPT_VECTORS * INTERRUPT_VECTOR_SIZE
boot_interrupt_vectors_end:

// Every stack grows down towards a page of its own that is never mapped.
.section .stacks, "aw", @nobits
.balign 4096
.global boot_stack_guard, boot_stack_bottom, boot_stack_top
boot_stack_guard:        .skip 4096
boot_stack_bottom:       .skip 128 * 1024
boot_stack_top:

.global double_fault_guard, double_fault_stack_top
.global non_maskable_guard, non_maskable_stack_top
.global machine_check_guard, machine_check_stack_top
double_fault_guard:      .skip 4096
                         .skip EXCEPTION_STACK_SIZE
double_fault_stack_top:
non_maskable_guard:      .skip 4096
                         .skip EXCEPTION_STACK_SIZE
non_maskable_stack_top:
machine_check_guard:     .skip 4096
                         .skip EXCEPTION_STACK_SIZE
machine_check_stack_top:
