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

// Starts the next kernel from a page at that physical address, and does not return (next_kernel.S).
void next_kernel_enter(uint64_t page);

// Linker symbols have an address and nothing else; each of these gives one, as a number.
// They may be anywhere in the address space, hence the instruction with all 64 bits.
#define LINKER_ADDRESS(symbol)                                  \
  static inline uint64_t symbol##_address(void) {               \
    uint64_t address;                                           \
    __asm__("movabsq $" #symbol ", %0" : "=r"(address));        \
    return address;                                             \
  }

// Physical addresses, from the linker script.
LINKER_ADDRESS(kernel_image_start)
LINKER_ADDRESS(kernel_rodata_start)
LINKER_ADDRESS(kernel_rodata_end)
LINKER_ADDRESS(kernel_data_start)
LINKER_ADDRESS(kernel_data_end)
LINKER_ADDRESS(kernel_text_start)
LINKER_ADDRESS(kernel_text_end)
LINKER_ADDRESS(kernel_bss_start)
LINKER_ADDRESS(kernel_bss_end)
LINKER_ADDRESS(kernel_image_end)

// Virtual addresses in the top 2 GiB, from the assembly.
LINKER_ADDRESS(boot_information_copy)
LINKER_ADDRESS(boot_information_copy_end)
LINKER_ADDRESS(boot_early_log)
LINKER_ADDRESS(boot_early_log_end)
LINKER_ADDRESS(boot_screen_characters)
LINKER_ADDRESS(boot_screen_characters_end)
LINKER_ADDRESS(boot_interrupt_vectors)
LINKER_ADDRESS(boot_interrupt_vectors_end)
LINKER_ADDRESS(boot_stack_guard)
LINKER_ADDRESS(boot_stack_bottom)
LINKER_ADDRESS(boot_stack_top)
LINKER_ADDRESS(double_fault_guard)
LINKER_ADDRESS(non_maskable_guard)
LINKER_ADDRESS(machine_check_guard)
LINKER_ADDRESS(machine_check_stack_top)
LINKER_ADDRESS(processor_start_cr3)
LINKER_ADDRESS(processor_start_cr4)
LINKER_ADDRESS(processor_start_stack)
LINKER_ADDRESS(processor_start_number)
LINKER_ADDRESS(processor_start_state)

// What a processor starts with, at its physical address, and the descriptors, in constants and data.
LINKER_ADDRESS(trampoline_start)
LINKER_ADDRESS(trampoline_end)
LINKER_ADDRESS(gdt)
LINKER_ADDRESS(task_state)

// The code that starts the next kernel, which is run elsewhere.
LINKER_ADDRESS(next_kernel_start)
LINKER_ADDRESS(next_kernel_end)

// Where a new thread starts.
LINKER_ADDRESS(thread_start)

#undef LINKER_ADDRESS

// MULTIBOOT2_MAGIC or PVH_MAGIC.
extern const uint32_t boot_loader_magic;
static inline uint32_t boot_loader(void) { return boot_loader_magic; }

// The physical address of the boot loader's information.
extern const uint32_t boot_information_physical;
static inline uint32_t boot_information_address(void) { return boot_information_physical; }

static inline uint64_t kernel_base(void) { return KERNEL_BASE; }
static inline uint64_t direct_map_base(void) { return DIRECT_MAP_BASE; }
static inline uint64_t heap_map_base(void) { return HEAP_MAP_BASE; }

#endif
