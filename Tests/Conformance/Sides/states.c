// The states that an exploration has found: an array in the order of finding, and a hash table
// of their numbers. Both are mapped without reserve, so that room which isn't used costs nothing.
#define _GNU_SOURCE
#include "states.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define MOST_CHILDREN 64

static struct exploration *shared;
static struct found_state *states;
static uint32_t *numbers;  // of a state, plus 1; 0 where there is none
static uint64_t number_mask, mapped[3];
static struct place { uint32_t state, operation; } *places, *own_place;

static void *map(uint64_t size) {
  void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED) {
    perror("explore: no room for the states");
    exit(2);
  }
  return memory;
}

struct exploration *exploration_make(uint64_t capacity) {
  if (shared) {
    munmap(shared, mapped[0]);
    munmap(states, mapped[1]);
    munmap(numbers, mapped[2]);
  }
  // Two children that find the same state at once both take a number; one is lost.
  uint64_t slots = 1;
  while (slots < 2 * capacity) slots <<= 1;
  mapped[0] = sizeof *shared + MOST_CHILDREN * sizeof *places;
  mapped[1] = capacity * sizeof *states;
  mapped[2] = slots * sizeof *numbers;
  shared = map(mapped[0]);
  places = (struct place *)(shared + 1);
  states = map(mapped[1]);
  numbers = map(mapped[2]);
  number_mask = slots - 1;
  shared->capacity = capacity;
  return shared;
}

static int is_same(struct state_key a, struct state_key b) {
  return a.low == b.low && a.high == b.high;
}

static void add(uint64_t *counter, uint64_t count) {
  __atomic_fetch_add(counter, count, __ATOMIC_RELAXED);
}

enum insertion exploration_insert(struct exploration *exploration, struct state_key key,
                                  uint32_t parent, uint32_t operation) {
  uint64_t number = UINT64_MAX;
  for (uint64_t slot = key.low & number_mask;; slot = (slot + 1) & number_mask) {
    uint32_t there = __atomic_load_n(&numbers[slot], __ATOMIC_ACQUIRE);
    if (!there) {
      if (number == UINT64_MAX) {
        if (__atomic_load_n(&exploration->count, __ATOMIC_RELAXED) >= exploration->capacity)
          return INSERTION_NO_ROOM;
        number = __atomic_fetch_add(&exploration->count, 1, __ATOMIC_RELAXED);
        if (number >= exploration->capacity) {
          __atomic_fetch_sub(&exploration->count, 1, __ATOMIC_RELAXED);
          return INSERTION_NO_ROOM;
        }
        states[number] = (struct found_state){ key, parent, operation };
      }
      if (__atomic_compare_exchange_n(&numbers[slot], &there, (uint32_t)number + 1, 0,
                                      __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return INSERTION_NEW;
    }
    if (is_same(states[there - 1].key, key)) {
      // Another child was quicker; the number that was taken stays without a state.
      if (number != UINT64_MAX) {
        states[number].operation = UINT32_MAX;
        add(&exploration->lost, 1);
      }
      return INSERTION_KNOWN;
    }
  }
}

struct found_state exploration_state(const struct exploration *exploration, uint64_t number) {
  (void)exploration;
  return states[number];
}

uint64_t exploration_take(struct exploration *exploration, uint64_t count) {
  return __atomic_fetch_add(&exploration->next, count, __ATOMIC_RELAXED);
}

void exploration_add(struct exploration *exploration, const struct exploration *counts) {
  add(&exploration->transitions, counts->transitions);
  add(&exploration->questions, counts->questions);
  add(&exploration->dropped, counts->dropped);
  for (int i = 0; i < VERDICT_COUNT; i++) add(&exploration->verdicts[i], counts->verdicts[i]);
}

uint64_t exploration_verdicts(const struct exploration *exploration, enum verdict verdict) {
  return exploration->verdicts[verdict];
}

void exploration_count(struct exploration *exploration, enum verdict verdict) {
  exploration->verdicts[verdict]++;
}

void exploration_find(struct exploration *exploration, uint32_t state, uint32_t operation) {
  uint64_t none = 0;
  if (!__atomic_compare_exchange_n(&exploration->has_finding, &none, 1, 0, __ATOMIC_ACQ_REL,
                                   __ATOMIC_ACQUIRE))
    return;
  exploration->finding.state = state;
  exploration->finding.operation = operation;
}

void exploration_is_at(uint32_t state, uint32_t operation) {
  own_place->state = state;
  own_place->operation = operation;
}

int exploration_run(struct exploration *exploration, int children,
                    void (*body)(struct exploration *, const void *), const void *context) {
  if (children > MOST_CHILDREN) children = MOST_CHILDREN;
  pid_t ids[MOST_CHILDREN];
  fflush(NULL);
  for (int child = 0; child < children; child++) {
    if ((ids[child] = fork()) < 0) abort();
    if (ids[child]) continue;
    for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
    own_place = &places[child];
    body(exploration, context);
    _exit(0);
  }
  int found = 0;
  for (int child = 0; child < children; child++) {
    int status;
    while (waitpid(ids[child], &status, 0) < 0) {}
    if (!WIFSIGNALED(status) || found) continue;
    found = WTERMSIG(status);
    exploration->has_finding = 1;
    exploration->finding.state = places[child].state;
    exploration->finding.operation = places[child].operation;
  }
  return found;
}
