// Where the programs of programs.S are, as numbers: a label has an address and nothing else.
#ifndef PROGRAMS_H
#define PROGRAMS_H

#include <stdint.h>

#define PROGRAM(name)                                                                          \
  static inline uint64_t name##_start(void) {                                                  \
    uint64_t address;                                                                          \
    __asm__("movabsq $" #name "_program, %0" : "=r"(address));                                 \
    return address;                                                                            \
  }                                                                                            \
  static inline uint64_t name##_end(void) {                                                    \
    uint64_t address;                                                                          \
    __asm__("movabsq $" #name "_program_end, %0" : "=r"(address));                             \
    return address;                                                                            \
  }

PROGRAM(greet)
PROGRAM(calculate)
PROGRAM(pry)
PROGRAM(trespass)
PROGRAM(seize)
PROGRAM(scribble)

#undef PROGRAM

#endif
