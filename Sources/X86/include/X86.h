// The processor's instructions that Swift has no words for, each as one inline function with
// a Swift name. Nothing here is a routine: what is done with them is written in Swift.
#ifndef X86_H
#define X86_H

#include <stdint.h>

#define X86_INLINE(swift) \
  __attribute__((always_inline, unused, swift_name(swift))) static inline

// ---- Ports ----

X86_INLINE("outputByte(_:toPort:)")
void x86_out8(uint8_t value, uint16_t port) {
  __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

X86_INLINE("inputByte(fromPort:)")
uint8_t x86_in8(uint16_t port) {
  uint8_t value;
  __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}

X86_INLINE("outputWord(_:toPort:)")
void x86_out16(uint16_t value, uint16_t port) {
  __asm__ volatile("outw %0, %1" : : "a"(value), "Nd"(port));
}

X86_INLINE("inputWord(fromPort:)")
uint16_t x86_in16(uint16_t port) {
  uint16_t value;
  __asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}

X86_INLINE("outputDoubleWord(_:toPort:)")
void x86_out32(uint32_t value, uint16_t port) {
  __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

X86_INLINE("inputDoubleWord(fromPort:)")
uint32_t x86_in32(uint16_t port) {
  uint32_t value;
  __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}

// ---- Device registers in memory: each access happens once, at the size that is named ----

X86_INLINE("readRegister8(_:)")
uint8_t x86_mmio_read8(uint64_t address) {
  uint8_t value;
  __asm__ volatile("movb (%1), %0" : "=q"(value) : "r"(address) : "memory");
  return value;
}

X86_INLINE("writeRegister8(_:_:)")
void x86_mmio_write8(uint64_t address, uint8_t value) {
  __asm__ volatile("movb %0, (%1)" : : "q"(value), "r"(address) : "memory");
}

X86_INLINE("readRegister16(_:)")
uint16_t x86_mmio_read16(uint64_t address) {
  uint16_t value;
  __asm__ volatile("movw (%1), %0" : "=r"(value) : "r"(address) : "memory");
  return value;
}

X86_INLINE("writeRegister16(_:_:)")
void x86_mmio_write16(uint64_t address, uint16_t value) {
  __asm__ volatile("movw %0, (%1)" : : "r"(value), "r"(address) : "memory");
}

X86_INLINE("readRegister32(_:)")
uint32_t x86_mmio_read32(uint64_t address) {
  uint32_t value;
  __asm__ volatile("movl (%1), %0" : "=r"(value) : "r"(address) : "memory");
  return value;
}

X86_INLINE("writeRegister32(_:_:)")
void x86_mmio_write32(uint64_t address, uint32_t value) {
  __asm__ volatile("movl %0, (%1)" : : "r"(value), "r"(address) : "memory");
}

X86_INLINE("readRegister64(_:)")
uint64_t x86_mmio_read64(uint64_t address) {
  uint64_t value;
  __asm__ volatile("movq (%1), %0" : "=r"(value) : "r"(address) : "memory");
  return value;
}

X86_INLINE("writeRegister64(_:_:)")
void x86_mmio_write64(uint64_t address, uint64_t value) {
  __asm__ volatile("movq %0, (%1)" : : "r"(value), "r"(address) : "memory");
}

// ---- Control registers ----

X86_INLINE("readControlRegister2()")
uint64_t x86_read_cr2(void) {
  uint64_t value;
  __asm__ volatile("movq %%cr2, %0" : "=r"(value));
  return value;
}

X86_INLINE("readControlRegister3()")
uint64_t x86_read_cr3(void) {
  uint64_t value;
  __asm__ volatile("movq %%cr3, %0" : "=r"(value));
  return value;
}

X86_INLINE("writeControlRegister3(_:)")
void x86_write_cr3(uint64_t value) {
  __asm__ volatile("movq %0, %%cr3" : : "r"(value) : "memory");
}

// Forgets what the processor has kept about the page at an address, and about the tables that lead
// to any page (SDM volume 3, section 5.10.4.1).
X86_INLINE("invalidatePage(at:)")
void x86_invlpg(uint64_t address) {
  __asm__ volatile("invlpg (%0)" : : "r"(address) : "memory");
}

// ---- Model-specific registers ----

X86_INLINE("readModelSpecificRegister(_:)")
uint64_t x86_read_msr(uint32_t number) {
  uint32_t low, high;
  __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(number));
  return (uint64_t)high << 32 | low;
}

X86_INLINE("writeModelSpecificRegister(_:_:)")
void x86_write_msr(uint32_t number, uint64_t value) {
  __asm__ volatile("wrmsr"
                   :
                   : "c"(number), "a"((uint32_t)value), "d"((uint32_t)(value >> 32))
                   : "memory");
}

// ---- A processor's own area, and tables ----

X86_INLINE("readControlRegister4()")
uint64_t x86_read_cr4(void) {
  uint64_t value;
  __asm__ volatile("movq %%cr4, %0" : "=r"(value));
  return value;
}

X86_INLINE("writeControlRegister4(_:)")
void x86_write_cr4(uint64_t value) {
  __asm__ volatile("movq %0, %%cr4" : : "r"(value) : "memory");
}

// The first word of the area that the GS base leads to.
X86_INLINE("readFirstWordOfProcessorArea()")
uint64_t x86_read_gs0(void) {
  uint64_t value;
  __asm__ volatile("movq %%gs:0, %0" : "=r"(value));
  return value;
}

X86_INLINE("loadGlobalDescriptorTable(at:size:)")
void x86_lgdt(uint64_t address, uint16_t size) {
  struct {
    uint16_t limit;
    uint64_t base;
  } __attribute__((packed)) pointer = {(uint16_t)(size - 1), address};
  __asm__ volatile("lgdt %0" : : "m"(pointer) : "memory");
}

X86_INLINE("loadTaskRegister(_:)")
void x86_ltr(uint16_t selector) {
  __asm__ volatile("ltr %0" : : "r"(selector) : "memory");
}

// Writes a word and gives what was there, in one step for all processors.
X86_INLINE("exchangeWord(_:atAddress:)")
uint64_t x86_xchg64(uint64_t value, uint64_t address) {
  __asm__ volatile("xchgq %0, (%1)" : "+r"(value) : "r"(address) : "memory");
  return value;
}

// ---- What the processor is and does ----

typedef struct {
  uint32_t eax, ebx, ecx, edx;
} x86_cpuid_result;

X86_INLINE("identifyProcessor(leaf:subleaf:)")
x86_cpuid_result x86_cpuid(uint32_t leaf, uint32_t subleaf) {
  x86_cpuid_result result;
  __asm__ volatile("cpuid"
                   : "=a"(result.eax), "=b"(result.ebx), "=c"(result.ecx), "=d"(result.edx)
                   : "a"(leaf), "c"(subleaf));
  return result;
}

X86_INLINE("readTimeStampCounter()")
uint64_t x86_rdtsc(void) {
  uint32_t low, high;
  __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
  return (uint64_t)high << 32 | low;
}

// The frame pointer of the function that calls this.
X86_INLINE("currentFramePointer()")
uint64_t x86_frame_pointer(void) {
  return (uint64_t)__builtin_frame_address(0);
}

// Stops until the next interrupt; with interrupts off, for ever.
X86_INLINE("haltProcessor()")
void x86_halt(void) { __asm__ volatile("hlt"); }

// Turns interrupts on and stops until the next one. None can come between the two: `sti` takes
// effect after the instruction that follows it.
X86_INLINE("enableInterruptsAndHalt()")
void x86_sti_hlt(void) { __asm__ volatile("sti; hlt" : : : "memory"); }

// The same by MWAIT without hints, with the memory at an address watched: it also ends when that is
// written. What comes between MONITOR and MWAIT is not lost either: MWAIT ends at once then.
X86_INLINE("enableInterruptsAndMonitor(_:)")
void x86_sti_mwait(uint64_t address) {
  __asm__ volatile("monitor; xorl %%eax, %%eax; sti; mwait"
                   : "+a"(address)
                   : "c"(0), "d"(0)
                   : "cc", "memory");
}

X86_INLINE("pauseProcessor()")
void x86_pause(void) { __asm__ volatile("pause"); }

typedef struct {
  uint64_t value;
  uint8_t is_valid __attribute__((swift_name("isValid")));
} x86_random_number;

// A number from the processor's own source; not valid where it had none ready.
X86_INLINE("readRandomNumber()")
x86_random_number x86_rdrand(void) {
  x86_random_number result;
  __asm__ volatile("rdrand %0; setc %1"
                   : "=r"(result.value), "=qm"(result.is_valid)
                   :
                   : "cc");
  return result;
}

// An instruction that no processor has, and that isn't the one Swift ends failed preconditions
// with.
X86_INLINE("executeInvalidInstruction()")
void x86_ud1(void) { __asm__ volatile("ud1 %%eax, %%eax" : : : "memory"); }

X86_INLINE("raiseInterrupt33()")
void x86_int33(void) { __asm__ volatile("int $33" : : : "memory"); }

X86_INLINE("raiseInterrupt129()")
void x86_int129(void) { __asm__ volatile("int $129" : : : "memory"); }

X86_INLINE("raiseNonMaskableInterrupt()")
void x86_int2(void) { __asm__ volatile("int $2" : : : "memory"); }

// The end where nothing else ends the machine: an exception with no table of gates.
X86_INLINE("shutDownByTripleFault()")
void x86_triple_fault(void) {
  struct {
    uint16_t limit;
    uint64_t base;
  } __attribute__((packed)) none = {0, 0};
  __asm__ volatile("lidt %0; int3" : : "m"(none) : "memory");
}

X86_INLINE("enableInterrupts()")
void x86_enable_interrupts(void) { __asm__ volatile("sti" : : : "memory"); }

X86_INLINE("breakpoint()")
void x86_breakpoint(void) { __asm__ volatile("int3"); }

// ---- Interrupts ----

// Turns interrupts off and gives the flags as they were, for `restoreInterrupts`.
X86_INLINE("disableInterrupts()")
uint64_t x86_disable_interrupts(void) {
  uint64_t flags;
  __asm__ volatile("pushfq; popq %0; cli" : "=r"(flags) : : "memory");
  return flags;
}

// The flags register: bit 9 is set while interrupts are on.
X86_INLINE("readFlags()")
uint64_t x86_read_flags(void) {
  uint64_t flags;
  __asm__ volatile("pushfq; popq %0" : "=r"(flags) : : "memory");
  return flags;
}

X86_INLINE("restoreInterrupts(_:)")
void x86_restore_interrupts(uint64_t flags) {
  __asm__ volatile("pushq %0; popfq" : : "r"(flags) : "memory", "cc");
}

// ---- Raw memory: where C hands over an address, and faults on purpose ----

X86_INLINE("writeByte(_:toAddress:)")
void x86_poke(uint8_t value, uint64_t address) {
  __asm__ volatile("movb %0, (%1)" : : "q"(value), "r"(address) : "memory");
}

X86_INLINE("writeWord(_:toAddress:)")
void x86_poke64(uint64_t value, uint64_t address) {
  __asm__ volatile("movq %0, (%1)" : : "r"(value), "r"(address) : "memory");
}

X86_INLINE("readByte(fromAddress:)")
uint8_t x86_peek(uint64_t address) {
  uint8_t value;
  __asm__ volatile("movb (%1), %0" : "=q"(value) : "r"(address) : "memory");
  return value;
}

// Reads a byte that may not be mapped. %rax has the address of the next instruction, where a handler
// of the page fault can go on.
X86_INLINE("probeByte(at:)")
void x86_probe(uint64_t address) {
  __asm__ volatile("leaq 1f(%%rip), %%rax; movb (%0), %%cl; 1:"
                   :
                   : "r"(address)
                   : "rax", "rcx", "memory");
}

X86_INLINE("callAddress(_:)")
void x86_call(uint64_t address) {
  __asm__ volatile("call *%0" : : "r"(address) : "memory", "rax", "rcx", "rdx", "rsi", "rdi",
                   "r8", "r9", "r10", "r11");
}

X86_INLINE("divide(_:by:)")
uint32_t x86_divide(uint32_t value, uint32_t divisor) {
  uint32_t quotient = value, remainder = 0;
  __asm__ volatile("divl %2" : "+a"(quotient), "+d"(remainder) : "r"(divisor) : "cc");
  return quotient;
}

#undef X86_INLINE

#endif
