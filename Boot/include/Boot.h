// What the assembly and the linker script give to Swift: places, as numbers.
#ifndef BOOT_H
#define BOOT_H

#include <stdint.h>
#include "layout.h"

// What the processor and the stubs of interrupts.S leave on the stack, lowest address first.
typedef struct {
  uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp;
  uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
  uint64_t vector, error_code;
  uint64_t rip, cs, rflags, rsp, ss;
} interrupt_frame;

// What a program in ring 3 goes on with: its registers, and what FXSAVE writes.
typedef struct {
  interrupt_frame frame;
  uint64_t floating_point[64];
} user_registers;

// Lets a program in ring 3 run until it makes a system call, or does what it may not (user.S).
// `task_state` is the address of this processor's task-state segment. With interrupts off.
void user_run(user_registers *registers, uint64_t task_state);

// Leaves one stack for another, and returns when somebody comes back to it (threads.S). The stack
// pointer is written to the address `left`, and `entered` is one that was written so.
void thread_switch(uint64_t left, uint64_t entered);

// Switches from page tables of four levels to five, on the first page tables (five_levels.S).
void enter_five_levels(void);

// Linker symbols have an address and nothing else; each of these gives one, as a number.
// They may be anywhere in the address space, hence the instruction with all 64 bits.
#define BOOT_PLACE(symbol)                                      \
  static inline uint64_t symbol##_address(void) {               \
    uint64_t address;                                           \
    __asm__("movabsq $" #symbol ", %0" : "=r"(address));        \
    return address;                                             \
  }

// Physical addresses, from the linker script.
BOOT_PLACE(kernel_image_start)
BOOT_PLACE(kernel_rodata_start)
BOOT_PLACE(kernel_rodata_end)
BOOT_PLACE(kernel_data_start)
BOOT_PLACE(kernel_data_end)
BOOT_PLACE(kernel_text_start)
BOOT_PLACE(kernel_text_end)
BOOT_PLACE(kernel_bss_start)
BOOT_PLACE(kernel_bss_end)
BOOT_PLACE(kernel_image_end)

// Virtual addresses in the top 2 GiB, from the assembly.
BOOT_PLACE(boot_information_copy)
BOOT_PLACE(boot_information_copy_end)
BOOT_PLACE(boot_early_log)
BOOT_PLACE(boot_early_log_end)
BOOT_PLACE(boot_screen_characters)
BOOT_PLACE(boot_screen_characters_end)
BOOT_PLACE(boot_interrupt_vectors)
BOOT_PLACE(boot_interrupt_vectors_end)
BOOT_PLACE(boot_stack_guard)
BOOT_PLACE(boot_stack_bottom)
BOOT_PLACE(boot_stack_top)
BOOT_PLACE(double_fault_guard)
BOOT_PLACE(non_maskable_guard)
BOOT_PLACE(machine_check_guard)
BOOT_PLACE(machine_check_stack_top)
BOOT_PLACE(processor_start_cr3)
BOOT_PLACE(processor_start_cr4)
BOOT_PLACE(processor_start_stack)
BOOT_PLACE(processor_start_number)
BOOT_PLACE(processor_start_state)

// What a processor starts with, at its physical address, and the descriptors, in constants and data.
BOOT_PLACE(trampoline_start)
BOOT_PLACE(trampoline_end)
BOOT_PLACE(gdt)
BOOT_PLACE(task_state)

// Where a new thread starts.
BOOT_PLACE(thread_start)

#undef BOOT_PLACE

// MULTIBOOT2_MAGIC or PVH_MAGIC.
extern const uint32_t boot_loader_magic;
static inline uint32_t boot_loader(void) { return boot_loader_magic; }

// The physical address of the boot loader's information.
extern const uint32_t boot_information_place;
static inline uint32_t boot_information_address(void) { return boot_information_place; }

static inline uint64_t kernel_base(void) { return KERNEL_BASE; }
static inline uint64_t direct_map_base(void) { return DIRECT_MAP_BASE; }
static inline uint64_t heap_map_base(void) { return HEAP_MAP_BASE; }

#endif
