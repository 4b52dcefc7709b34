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
void memblock_side_be_like(unsigned version);

static const struct side *linux_side, *our_side;
static uint64_t linux_words[WORDS], our_words[WORDS];
static struct answer linux_answer = { linux_words, 0, WORDS };
static struct answer our_answer = { our_words, 0, WORDS };
static struct side_region regions_before[3][SIDE_MOST_REGIONS];
static struct side_state before;
static enum verdict last;

const char *pair_open(const char *linux_library) {
  void *library = dlopen(linux_library, RTLD_NOW | RTLD_LOCAL);
  if (!library) return dlerror();
  const struct side *(*open)(void) = dlsym(library, "linux_side");
  if (!open) return dlerror();
  linux_side = open();
  our_side = memblock_side();
  memblock_side_be_like(linux_side->version);
  return NULL;
}

static int tables_equal(struct side_table a, struct side_table b) {
  return a.count == b.count && a.maximum == b.maximum && a.total == b.total
         && !memcmp(a.regions, b.regions, a.count * sizeof *a.regions);
}

static int states_equal(struct side_state a, struct side_state b) {
  return tables_equal(a.memory, b.memory) && tables_equal(a.reserved, b.reserved)
         && tables_equal(a.physmem, b.physmem)
         && a.current_limit == b.current_limit && a.bottom_up == b.bottom_up;
}

static void keep(struct side_table *table, struct side_region *copy) {
  if (table->count > SIDE_MOST_REGIONS) abort();
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

// Whether regions cover all addresses from start to end.
static int covers(struct side_table regions, uint64_t start, uint64_t end) {
  for (uint64_t i = 0; i < regions.count && start < end; i++) {
    if (regions.regions[i].base > start) break;
    if (regions.regions[i].base + regions.regions[i].size > start)
      start = regions.regions[i].base + regions.regions[i].size;
  }
  return start >= end;
}

// Whether a grown table lies in memory that isn't covered by regions.
static int is_outside(struct side_table table, struct side_table regions) {
  uint64_t size = (table.maximum * sizeof *table.regions + 0xfff) / 0x1000 * 0x1000;
  return table.place && !covers(regions, table.place, table.place + size);
}

static int has_freed_table(struct side_state state) {
  return is_outside(state.memory, state.reserved) || is_outside(state.reserved, state.reserved);
}

// Whether the memory of a table is free, or is no memory any more.
static int has_lost_table(struct side_state state) {
  return has_freed_table(state) || is_outside(state.memory, state.memory)
         || is_outside(state.reserved, state.memory);
}

// Whether both tables lie in the same memory: Linux doubles one while the other, doubled in the
// same call, is not reserved yet.
static int overlap(struct side_table a, struct side_table b) {
  return a.place && b.place && a.place < b.place + b.maximum * sizeof *b.regions
         && b.place < a.place + a.maximum * sizeof *a.regions;
}

// Whether our answer is an error; that of an operation without a result is not to be seen.
static int is_error(uint32_t code) {
  switch (operation_forms[code].result) {
  case RESULT_INTEGER: return our_answer.count == 1 && (int64_t)our_words[0] < 0;
  case RESULT_ADDRESS: return our_answer.count == 1 && our_words[0] == 0;
  default: return operation_forms[code].result == RESULT_NOTHING;
  }
}

// Whether ours has done what Linux stopped in with a BUG: where a table grows into the range that
// is being added, and that then takes more regions than Linux had counted, ours counts again. What
// was asked for and what was there before must be covered now, and the total be true.
static int has_done(const struct operation *operation) {
  uint32_t code = operation->code;
  int is_memory = code == OPERATION_add || code == OPERATION_add_node;
  int is_reservation = code == OPERATION_reserve || code == OPERATION_reserve_kern
                       || code == OPERATION_reserve_node;
  int is_allocation = operation_forms[code].result == RESULT_ADDRESS;
  if (!is_memory && !is_allocation && !is_reservation) return 0;
  struct side_state ours = our_side->state();
  struct side_table now = is_memory ? ours.memory : ours.reserved;
  struct side_table old = is_memory ? before.memory : before.reserved;
  uint64_t start = is_allocation ? our_words[0] : operation->arguments[0];
  uint64_t size = operation->arguments[is_allocation ? 0 : 1];
  if (!covers(now, start, size > UINT64_MAX - start ? UINT64_MAX : start + size)) return 0;
  for (uint64_t i = 0; i < old.count; i++)
    if (!covers(now, old.regions[i].base, old.regions[i].base + old.regions[i].size)) return 0;
  uint64_t total = 0;
  for (uint64_t i = 0; i < now.count; i++) total += now.regions[i].size;
  return total == now.total;
}

// The verdict where Linux would have stopped.
static enum verdict judge_stop(const struct operation *operation, enum outcome stop,
                               struct side_state linux_state) {
  uint32_t code = operation->code;
  int is_refused = is_error(code), is_undone = states_equal(before, our_side->state());
  if (stop == OUTCOME_OUT_OF_WINDOW) {
    // What follows depends on how far that came.
    if (operation_forms[code].result == RESULT_HAND_OFF || code == OPERATION_reserve_mem_release)
      return VERDICT_OUT_OF_WINDOW;
    // The memory is reserved, and only its pointer can't be had.
    if (states_equal(linux_state, our_side->state())) return VERDICT_REFUSED_WINDOW;
    if (!is_refused || !is_undone) return VERDICT_OUT_OF_WINDOW;
    linux_side->restore();
    return VERDICT_REFUSED_WINDOW;
  }
  int is_panic = stop == OUTCOME_PANIC;
  if (operation_forms[code].result == RESULT_HAND_OFF)
    return is_panic ? VERDICT_LINUX_PANICKED : VERDICT_LINUX_BUG;
  if (is_one_step(code)) {
    if (!is_refused)
      return !is_panic && has_done(operation) ? VERDICT_LINUX_BUG : VERDICT_NOT_REFUSED;
    if (!is_undone) return VERDICT_NOT_UNDONE;
    linux_side->restore();
  } else if (!states_equal(linux_state, our_side->state())) {
    return is_panic ? VERDICT_LINUX_PANICKED : VERDICT_LINUX_BUG;
  }
  return is_panic ? VERDICT_REFUSED_PANIC : VERDICT_REFUSED_BUG;
}

static enum verdict judge(const struct operation *operation) {
  int wraps = operation->code == OPERATION_trim
              && trim_wraps(linux_side->state().memory, operation->arguments[0]);
  linux_side->save();
  enum outcome outcome = linux_side->apply(operation, &linux_answer);
  our_side->apply(operation, &our_answer);
  struct side_state state = linux_side->state();
  if (overlap(state.memory, state.reserved)) return VERDICT_TABLE_FREED;
  if (wraps) return VERDICT_LINUX_WRAPPED;
  if (outcome != OUTCOME_ANSWERED) return judge_stop(operation, outcome, state);
  // What ours refuses to give up, while Linux goes on with a table that is anybody's.
  if (has_lost_table(state) && is_error(operation->code)
      && states_equal(before, our_side->state()) && !states_equal(before, state)) {
    linux_side->restore();
    return VERDICT_REFUSED_TABLE;
  }
  // The same in the middle of an operation of several steps: the table that Linux has lost was
  // made on the way, in what the operation frees. Ours stops there, and keeps what was cut.
  if (has_freed_table(state) && operation_forms[operation->code].result == RESULT_NOTHING
      && (state.memory.maximum != before.memory.maximum
          || state.reserved.maximum != before.reserved.maximum))
    return VERDICT_TABLE_FREED;
  if (linux_answer.count != our_answer.count
      || memcmp(linux_words, our_words,
                (linux_answer.count < WORDS ? linux_answer.count : WORDS) * sizeof *linux_words))
    return VERDICT_ANSWER_DIFFERS;
  if (!states_equal(state, our_side->state())) return VERDICT_STATE_DIFFERS;
  return has_freed_table(state) ? VERDICT_TABLE_FREED : VERDICT_EQUAL;
}

enum verdict pair_step(const struct operation *operation) {
  before = our_side->state();
  keep(&before.memory, regions_before[0]);
  keep(&before.reserved, regions_before[1]);
  keep(&before.physmem, regions_before[2]);
  return last = judge(operation);
}

enum outcome pair_step_linux(const struct operation *operation) {
  linux_side->save();
  enum outcome outcome = linux_side->apply(operation, &linux_answer);
  if (outcome == OUTCOME_ANSWERED || !is_one_step(operation->code)) return outcome;
  linux_side->restore();
  return OUTCOME_ANSWERED;
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
  if (last == VERDICT_NOT_REFUSED) say(&text, &room, "  linux stops here; ours gives no error\n");
  if (last == VERDICT_NOT_UNDONE) {
    say(&text, &room, "  linux stops here; ours must leave its tables as they were\n");
    say_table(&text, &room, "memory", before.memory, "ours", ours.memory);
    say_table(&text, &room, "reserved", before.reserved, "ours", ours.reserved);
    return;
  }
  say_answer(&text, &room, "linux", &linux_answer);
  say_answer(&text, &room, "ours ", &our_answer);
  struct side_state theirs = linux_side->state();
  say_table(&text, &room, "memory", theirs.memory, "ours", ours.memory);
  say_table(&text, &room, "reserved", theirs.reserved, "ours", ours.reserved);
  say_table(&text, &room, "physmem", theirs.physmem, "ours", ours.physmem);
  if (theirs.current_limit != ours.current_limit || theirs.bottom_up != ours.bottom_up)
    say(&text, &room, "  limit or direction differ\n");
}

int pair_has(uint32_t code) { return version_has(linux_side->version, code); }

void pair_keep(void) { linux_side->keep(); }
void pair_resume(void) { linux_side->resume(); }

// MurmurHash3's finaliser (Austin Appleby, public domain).
static uint64_t mixed(uint64_t word) {
  word = (word ^ word >> 33) * 0xff51afd7ed558ccdULL;
  word = (word ^ word >> 33) * 0xc4ceb9fe1a85ec53ULL;
  return word ^ word >> 33;
}

static void add_word(struct state_key *key, uint64_t word) {
  key->low = mixed(key->low ^ word) + 0x9e3779b97f4a7c15ULL;
  key->high = (key->high ^ mixed(word + 0x6a09e667f3bcc909ULL)) * 0xd6e8feb86659fd93ULL;
  key->high ^= key->high >> 32;
}

static void add_table(struct state_key *key, struct side_table table) {
  add_word(key, table.count);
  for (uint64_t i = 0; i < table.count; i++) {
    struct side_region region = table.regions[i];
    add_word(key, region.base);
    add_word(key, region.size);
    add_word(key, (uint64_t)region.flags << 32 | (uint32_t)region.node);
  }
}

struct state_key pair_key(uint64_t with) {
  struct side_state state = linux_side->state();
  struct state_key key = { with, 0x243f6a8885a308d3ULL };
  add_table(&key, state.memory);
  add_table(&key, state.reserved);
  add_table(&key, state.physmem);
  add_word(&key, state.current_limit);
  add_word(&key, state.bottom_up | state.movable_node << 1 | state.mirrored_kernelcore << 2
                 | state.has_mirror << 3 | state.scratch_only << 4);
  key.low = mixed(key.low);
  key.high = mixed(key.high);
  return key;
}

uint64_t pair_memory_end(void) {
  struct side_table memory = linux_side->state().memory;
  if (!memory.count) return 0;
  struct side_region last = memory.regions[memory.count - 1];
  return last.base + last.size;
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

uint64_t pair_verdicts(const struct pair_progress *progress, enum verdict verdict) {
  return progress->verdicts[verdict];
}

void pair_add_verdicts(struct pair_progress *progress, enum verdict verdict, uint64_t count) {
  progress->verdicts[verdict] += count;
}

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
