// Linux's memblock and ours, side by side: each operation is given to both, and everything
// that can be seen of them afterwards is compared.
#ifndef CONFORMANCE_PAIR_H
#define CONFORMANCE_PAIR_H

#include "side.h"

enum verdict {
  VERDICT_EQUAL,
  // Linux would have stopped in the operation (a panic over a full table, a BUG, memory outside
  // the window), or has given up the memory of a table that it still uses. Ours gave an error
  // and changed nothing; Linux's tables were put back, and the trace goes on.
  VERDICT_REFUSED_PANIC,
  VERDICT_REFUSED_BUG,
  VERDICT_REFUSED_WINDOW,
  VERDICT_REFUSED_TABLE,
  // The trace ends, with nothing wrong. Linux stopped in the middle of an operation of several
  // steps, of which the steps that were done stay, and not where ours did:
  VERDICT_LINUX_PANICKED,
  // The same; or it stopped with a BUG in what ours has done, and rightly:
  VERDICT_LINUX_BUG,
  // Linux would touch memory outside the window, which ours needn't:
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
  // Linux stopped; ours gave no error.
  VERDICT_NOT_REFUSED,
  // Linux stopped; ours gave an error, and changed its tables though it could not do it.
  VERDICT_NOT_UNDONE,
  VERDICT_COUNT
};

// Loads Linux's side from a shared object. Returns null, or what was wrong.
const char *pair_open(const char *linux_library);

// Gives the operation to both sides and compares.
enum verdict pair_step(const struct operation *operation);

// Gives the operation to Linux alone: how a trace that ours crashes on is drawn again.
enum outcome pair_step_linux(const struct operation *operation);

// Whether the version of Linux has an operation.
int pair_has(uint32_t code);

// Keeps Linux's state, and goes back to it as often as wanted. For tables that haven't grown.
void pair_keep(void);
void pair_resume(void);

// The name of Linux's state: its tables but for their total sizes, its settings, and `with`.
struct state_key pair_key(uint64_t with);

// What the last step showed, in words, for a report: the answers, or the first thing in the
// state that differs.
void pair_explain(char *text, size_t room);

// The addresses at which a region of Linux's tables starts or ends; 0 past the last.
size_t pair_boundary_count(void);
uint64_t pair_boundary(size_t index);

// Where Linux's memory ends; 0 where there is none.
uint64_t pair_memory_end(void);

// How many regions Linux has, and has room for.
uint64_t pair_region_count(int of_reserved);
uint64_t pair_region_room(int of_reserved);

// Whether `answers` of the last step (Linux's) succeeded: 0 for an integer, not 0 for an address.
uint64_t pair_first_word(void);

// What a child process tells the one that started it, also when it dies.
struct pair_progress {
  uint64_t seed;        // of the trace in work
  uint64_t operations;  // how many were compared
  uint64_t traces;
  uint64_t verdicts[VERDICT_COUNT];  // how many operations came to each
  uint64_t is_different;
};

// How many operations came to a verdict, and so many more.
uint64_t pair_verdicts(const struct pair_progress *progress, enum verdict verdict);
void pair_add_verdicts(struct pair_progress *progress, enum verdict verdict, uint64_t count);

// Calls `body` in a child process, so that a crash of either side is a finding as well.
// Returns the signal that ended the child, or 0.
int pair_isolated(void (*body)(struct pair_progress *, const void *), const void *context,
                  struct pair_progress *progress);

#endif
