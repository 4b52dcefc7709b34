// Linux's memblock and ours, side by side: each operation is given to both, and everything
// that can be seen of them afterwards is compared.
#ifndef CONFORMANCE_PAIR_H
#define CONFORMANCE_PAIR_H

#include "side.h"

enum verdict {
  VERDICT_EQUAL,
  // Linux would have stopped (a panic, a BUG, memory outside the window); ours returned. The
  // trace can't go on.
  VERDICT_LINUX_PANICKED,
  VERDICT_LINUX_BUG,
  VERDICT_OUT_OF_WINDOW,
  // Linux's tables are no longer sorted or true: a region that starts in the last bytes of the
  // address space, rounded up past its end, starts at 0 then. Ours drops such a region.
  VERDICT_LINUX_WRAPPED,
  // A grown table's memory is not its own: the trace has freed it, so that what is allocated
  // there overwrites the table, or Linux has put both its tables in one place.
  VERDICT_TABLE_FREED,
  // They differ.
  VERDICT_ANSWER_DIFFERS,
  VERDICT_STATE_DIFFERS,
  // Linux panicked over a full table, and ours changed its tables though it could not do it.
  VERDICT_NOT_UNDONE,
};

// Loads Linux's side from a shared object. Returns null, or what was wrong.
const char *pair_open(const char *linux_library);

// Gives the operation to both sides and compares.
enum verdict pair_step(const struct operation *operation);

// Gives the operation to Linux alone: how a trace that ours crashes on is drawn again.
enum outcome pair_step_linux(const struct operation *operation);

// What the last step showed, in words, for a report: the answers, or the first thing in the
// state that differs.
void pair_explain(char *text, size_t room);

// The addresses at which a region of Linux's tables starts or ends; 0 past the last.
size_t pair_boundary_count(void);
uint64_t pair_boundary(size_t index);

// How many regions Linux has, and has room for.
uint64_t pair_region_count(int of_reserved);
uint64_t pair_region_room(int of_reserved);

// Whether `answers` of the last step (Linux's) succeeded: 0 for an integer, not 0 for an address.
uint64_t pair_first_word(void);

// What a child process tells the one that started it, also when it dies.
struct pair_progress {
  uint64_t seed;        // of the trace in work
  uint64_t operations;  // how many were compared
  uint64_t traces, panics, bugs, out_of_window, wraps, freed_tables;
  uint64_t is_different;
};

// Calls `body` in a child process, so that a crash of either side is a finding as well.
// Returns the signal that ended the child, or 0.
int pair_isolated(void (*body)(struct pair_progress *, const void *), const void *context,
                  struct pair_progress *progress);

#endif
