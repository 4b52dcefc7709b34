// Linux's memblock and ours, an operation at a time.
#define _GNU_SOURCE
#include "pair.h"

#include <dlfcn.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define WORDS (1 << 18)

const struct side *memblock_side(void);

static const struct side *linux_side, *our_side;
static uint64_t linux_words[WORDS], our_words[WORDS];
static struct answer linux_answer = { linux_words, 0, WORDS };
static struct answer our_answer = { our_words, 0, WORDS };
static struct side_region regions_before[2][1 << 14];
static struct side_state before;
static enum verdict last;

const char *pair_open(const char *linux_library) {
  void *library = dlopen(linux_library, RTLD_NOW | RTLD_LOCAL);
  if (!library) return dlerror();
  const struct side *(*open)(void) = dlsym(library, "linux_side");
  if (!open) return dlerror();
  linux_side = open();
  our_side = memblock_side();
  return NULL;
}

static int tables_equal(struct side_table a, struct side_table b) {
  return a.count == b.count && a.maximum == b.maximum && a.total == b.total
         && !memcmp(a.regions, b.regions, a.count * sizeof *a.regions);
}

static int states_equal(struct side_state a, struct side_state b) {
  return tables_equal(a.memory, b.memory) && tables_equal(a.reserved, b.reserved)
         && a.current_limit == b.current_limit && a.bottom_up == b.bottom_up;
}

static void keep(struct side_table *table, struct side_region *copy) {
  if (table->count > 1 << 14) abort();
  memcpy(copy, table->regions, table->count * sizeof *copy);
  table->regions = copy;
}

// An operation that gives an error is one step; those below take several, and what they did
// before the one that failed stays, in Linux as well.
static int is_one_step(uint32_t code) {
  return operation_forms[code].result == RESULT_INTEGER
         || operation_forms[code].result == RESULT_ADDRESS;
}

// Whether a trim would round a region's start up past the end of the address space and keep it.
static int trim_wraps(struct side_table memory, uint64_t alignment) {
  for (uint64_t i = 0; i < memory.count; i++) {
    uint64_t base = memory.regions[i].base, end = base + memory.regions[i].size;
    uint64_t start = ((base - 1) | (alignment - 1)) + 1;
    if (start < base && (end & ~(alignment - 1)) > start) return 1;
  }
  return 0;
}

// Whether a grown table lies in memory that is not reserved.
static int is_freed(struct side_table table, struct side_table reserved) {
  if (!table.place) return 0;
  uint64_t end = table.place + (table.maximum * sizeof *table.regions + 0xfff) / 0x1000 * 0x1000;
  uint64_t cursor = table.place;
  for (uint64_t i = 0; i < reserved.count && cursor < end; i++) {
    if (reserved.regions[i].base > cursor) break;
    if (reserved.regions[i].base + reserved.regions[i].size > cursor)
      cursor = reserved.regions[i].base + reserved.regions[i].size;
  }
  return cursor < end;
}

// Whether both tables lie in the same memory: Linux doubles one while the other, doubled in the
// same call, is not reserved yet.
static int overlap(struct side_table a, struct side_table b) {
  return a.place && b.place && a.place < b.place + b.maximum * sizeof *b.regions
         && b.place < a.place + a.maximum * sizeof *a.regions;
}

enum verdict pair_step(const struct operation *operation) {
  if (operation->code == OPERATION_reset) alarm(10);  // a trace that hangs is a finding too
  before = our_side->state();
  if (before.memory.count + 2 >= before.memory.maximum
      || before.reserved.count + 2 >= before.reserved.maximum) {
    keep(&before.memory, regions_before[0]);
    keep(&before.reserved, regions_before[1]);
  } else {
    before.memory.regions = NULL;
  }
  int wraps = operation->code == OPERATION_trim
              && trim_wraps(linux_side->state().memory, operation->arguments[0]);
  enum outcome linux_outcome = linux_side->apply(operation, &linux_answer);
  our_side->apply(operation, &our_answer);
  if (linux_outcome == OUTCOME_BUG) return last = VERDICT_LINUX_BUG;
  struct side_state state = linux_side->state();
  if (overlap(state.memory, state.reserved)) return last = VERDICT_TABLE_FREED;
  if (wraps) return last = VERDICT_LINUX_WRAPPED;
  if (linux_outcome == OUTCOME_OUT_OF_WINDOW) return last = VERDICT_OUT_OF_WINDOW;
  if (linux_outcome == OUTCOME_PANIC) {
    if (is_one_step(operation->code) && before.memory.regions
        && !states_equal(before, our_side->state()))
      return last = VERDICT_NOT_UNDONE;
    return last = VERDICT_LINUX_PANICKED;
  }
  if (linux_answer.count != our_answer.count
      || memcmp(linux_words, our_words,
                (linux_answer.count < WORDS ? linux_answer.count : WORDS) * sizeof *linux_words))
    return last = VERDICT_ANSWER_DIFFERS;
  if (!states_equal(state, our_side->state())) return last = VERDICT_STATE_DIFFERS;
  if (is_freed(state.memory, state.reserved) || is_freed(state.reserved, state.reserved))
    return last = VERDICT_TABLE_FREED;
  return last = VERDICT_EQUAL;
}

enum outcome pair_step_linux(const struct operation *operation) {
  return linux_side->apply(operation, &linux_answer);
}

static void say(char **text, size_t *room, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  int length = vsnprintf(*text, *room, format, arguments);
  va_end(arguments);
  if (length < 0 || (size_t)length >= *room) length = *room ? *room - 1 : 0;
  *text += length;
  *room -= length;
}

static void say_answer(char **text, size_t *room, const char *who, const struct answer *answer) {
  say(text, room, "  %s answered %zu word(s):", who, answer->count);
  for (size_t i = 0; i < answer->count && i < 12; i++)
    say(text, room, " 0x%llx", (unsigned long long)answer->words[i]);
  say(text, room, "\n");
}

static void say_region(char **text, size_t *room, const char *who, struct side_table table,
                       uint64_t index) {
  if (index >= table.count) {
    say(text, room, "    %s: none\n", who);
    return;
  }
  struct side_region region = table.regions[index];
  say(text, room, "    %s: 0x%llx size 0x%llx node %d flags 0x%x\n", who,
      (unsigned long long)region.base, (unsigned long long)region.size, region.node, region.flags);
}

static void say_table(char **text, size_t *room, const char *name, struct side_table a,
                      const char *other, struct side_table b) {
  if (tables_equal(a, b)) return;
  say(text, room, "  %s: linux cnt=%llu max=%llu total=0x%llx, %s cnt=%llu max=%llu total=0x%llx\n",
      name, (unsigned long long)a.count, (unsigned long long)a.maximum,
      (unsigned long long)a.total, other, (unsigned long long)b.count,
      (unsigned long long)b.maximum, (unsigned long long)b.total);
  for (uint64_t i = 0; i < a.count || i < b.count; i++) {
    if (i < a.count && i < b.count && !memcmp(a.regions + i, b.regions + i, sizeof *a.regions))
      continue;
    say(text, room, "  first different region, %s[%llu]:\n", name, (unsigned long long)i);
    say_region(text, room, "linux", a, i);
    say_region(text, room, other, b, i);
    return;
  }
}

void pair_explain(char *text, size_t room) {
  *text = 0;
  struct side_state ours = our_side->state();
  if (last == VERDICT_NOT_UNDONE) {
    say(&text, &room, "  linux panics; ours must leave its tables as they were\n");
    say_table(&text, &room, "memory", before.memory, "ours", ours.memory);
    say_table(&text, &room, "reserved", before.reserved, "ours", ours.reserved);
    return;
  }
  say_answer(&text, &room, "linux", &linux_answer);
  say_answer(&text, &room, "ours ", &our_answer);
  struct side_state theirs = linux_side->state();
  say_table(&text, &room, "memory", theirs.memory, "ours", ours.memory);
  say_table(&text, &room, "reserved", theirs.reserved, "ours", ours.reserved);
  if (theirs.current_limit != ours.current_limit || theirs.bottom_up != ours.bottom_up)
    say(&text, &room, "  limit or direction differ\n");
}

size_t pair_boundary_count(void) {
  struct side_state state = linux_side->state();
  return 2 * (state.memory.count + state.reserved.count);
}

uint64_t pair_boundary(size_t index) {
  struct side_state state = linux_side->state();
  struct side_table table = state.memory;
  if (index >= 2 * table.count) {
    index -= 2 * table.count;
    table = state.reserved;
  }
  if (index >= 2 * table.count) return 0;
  struct side_region region = table.regions[index / 2];
  return region.base + (index % 2 ? region.size : 0);
}

uint64_t pair_region_count(int of_reserved) {
  struct side_state state = linux_side->state();
  return of_reserved ? state.reserved.count : state.memory.count;
}

uint64_t pair_region_room(int of_reserved) {
  struct side_state state = linux_side->state();
  return of_reserved ? state.reserved.maximum : state.memory.maximum;
}

uint64_t pair_first_word(void) { return linux_answer.count ? linux_words[0] : 0; }

int pair_isolated(void (*body)(struct pair_progress *, const void *), const void *context,
                  struct pair_progress *progress) {
  struct pair_progress *shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
                                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (shared == MAP_FAILED) abort();
  *shared = *progress;
  fflush(NULL);
  pid_t child = fork();
  if (child < 0) abort();
  if (child == 0) {
    for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
    body(shared, context);
    _exit(0);
  }
  int status;
  while (waitpid(child, &status, 0) < 0) {}
  *progress = *shared;
  munmap(shared, sizeof *shared);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}
