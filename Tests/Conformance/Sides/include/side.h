// One side of the comparison: something that claims to be a memblock, driven an operation at
// a time. side.c is compiled once over Linux's memblock.c and once over this package's
// memblock.h, so that nothing but the memblock below it differs.
#ifndef CONFORMANCE_SIDE_H
#define CONFORMANCE_SIDE_H

#include <stddef.h>
#include <stdint.h>

enum operation_code {
#define OPERATION(name, arguments, result) OPERATION_##name,
#define SINCE_7_3 OPERATION
#define UNTIL_6_12 OPERATION
#include "operations.def"
#undef OPERATION
#undef SINCE_7_3
#undef UNTIL_6_12
  OPERATION_COUNT
};

enum operation_result {
  RESULT_NOTHING, RESULT_INTEGER, RESULT_ADDRESS, RESULT_FRAME_NODE, RESULT_RANGES,
  RESULT_HAND_OFF, RESULT_TABLES
};

// An operation of the trace language: its name, its arguments' letters, the form of its answer,
// the first and the last version of Linux here that has it.
struct operation_form {
  const char *name;
  const char *arguments;
  enum operation_result result;
  unsigned since, until;
};

static const struct operation_form operation_forms[OPERATION_COUNT] = {
#define OPERATION(name, arguments, result) { #name, arguments, RESULT_##result, 612, 703 },
#define SINCE_7_3(name, arguments, result) { #name, arguments, RESULT_##result, 703, 703 },
#define UNTIL_6_12(name, arguments, result) { #name, arguments, RESULT_##result, 612, 612 },
#include "operations.def"
#undef OPERATION
#undef SINCE_7_3
#undef UNTIL_6_12
};

// Whether a version of Linux has an operation.
static inline int version_has(unsigned version, uint32_t code) {
  return operation_forms[code].since <= version && version <= operation_forms[code].until;
}

static inline struct operation_form operation_form_of(uint32_t code) {
  return operation_forms[code];
}

struct operation {
  uint32_t code;
  uint64_t arguments[5];
};

// What an operation answered, as words: the integer or the address; for the iterators three
// words a range (start, end, node); for free_all four words an event (what, first, second,
// node or 0). The words are compared one by one.
struct answer {
  uint64_t *words;
  size_t count;     // how many there were, also where they did not all fit
  size_t capacity;  // how many fit
};

enum hand_off { HAND_OFF_RESERVED = 1, HAND_OFF_BLOCK = 2, HAND_OFF_TOTAL = 3 };

// How an operation ended: it answered, or the kernel would have stopped there, or it would have
// touched memory outside the window.
enum outcome { OUTCOME_ANSWERED, OUTCOME_BUG, OUTCOME_PANIC, OUTCOME_OUT_OF_WINDOW };

// The node of a region that was added without one (MAX_NUMNODES), as against one that was set
// to "none" (-1): the two don't merge.
#define NODE_NEVER_SET 1024

// A region as both sides lay it out.
struct side_region {
  uint64_t base, size;
  uint32_t flags;
  int32_t node;
};

struct side_table {
  const struct side_region *regions;
  uint64_t count, maximum, total;
  uint64_t place;  // the physical address of a grown table; 0 of the first one, or not told
};

struct side_state {
  struct side_table memory, reserved, physmem;
  uint64_t current_limit;
  uint32_t bottom_up;
  // Of Linux alone, and not compared: boot options, and whether mirrored memory was seen.
  uint32_t movable_node, mirrored_kernelcore, has_mirror, scratch_only;
};

// The name of a state: of 10^8 states, two have the same one with a chance of 10^-23.
struct state_key {
  uint64_t low, high;
};

struct side {
  const char *name;
  unsigned version;  // of Linux, times 100, that it is or is like
  int is_linux;
  enum outcome (*apply)(const struct operation *, struct answer *);
  struct side_state (*state)(void);
  // Keeps the state, and puts it back as it was kept: Linux's side alone, which stops in the
  // middle of an operation.
  void (*save)(void);
  void (*restore)(void);
  // The same with a copy of its own, for a trace that goes on from one state in many ways.
  void (*keep)(void);
  void (*resume)(void);
};

// More regions than a trace makes.
#define SIDE_MOST_REGIONS (1 << 14)

// How much physical memory is behind a trace, in bytes: what a grown table may lie in.
#define SIDE_WINDOW (1ULL << 40)

#endif
