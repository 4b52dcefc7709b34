// The states that an exploration has found, in memory that its child processes share.
#ifndef CONFORMANCE_STATES_H
#define CONFORMANCE_STATES_H

#include "pair.h"

// A state, and how it was first reached: by an operation from an earlier state.
struct found_state {
  struct state_key key;
  uint32_t parent;
  uint32_t operation;
};

enum insertion { INSERTION_KNOWN, INSERTION_NEW, INSERTION_NO_ROOM };

// What the children have in common.
struct exploration {
  uint64_t capacity;
  uint64_t count;        // numbers given to states, from 0
  uint64_t lost;         // of them, those whose state another child had found just before
  uint64_t next;         // the first state that no child has taken to expand
  uint64_t transitions;  // operations that were applied
  uint64_t questions;    // operations that were applied and can't change anything
  uint64_t verdicts[VERDICT_COUNT];
  uint64_t dropped;      // new states for which there was no room
  uint64_t has_finding;  // set by the first child that finds a difference, in `finding`
  struct { uint32_t state, operation; } finding;
};

// Makes an exploration with room for `capacity` states, below 2^32, and forgets the last one.
struct exploration *exploration_make(uint64_t capacity);

// Takes up a state, if it is new. Safe from several children at once.
enum insertion exploration_insert(struct exploration *exploration, struct state_key key,
                                  uint32_t parent, uint32_t operation);

struct found_state exploration_state(const struct exploration *exploration, uint64_t number);

// The first of `count` states that the caller is to expand.
uint64_t exploration_take(struct exploration *exploration, uint64_t count);

// Adds what a child has counted: transitions, questions, verdicts, dropped states.
void exploration_add(struct exploration *exploration, const struct exploration *counts);

// How many operations came to a verdict; and one more.
uint64_t exploration_verdicts(const struct exploration *exploration, enum verdict verdict);
void exploration_count(struct exploration *exploration, enum verdict verdict);

// Notes a difference, if it is the first.
void exploration_find(struct exploration *exploration, uint32_t state, uint32_t operation);

// What a child is at, so that its death is a finding.
void exploration_is_at(uint32_t state, uint32_t operation);

// Calls `body` in as many child processes at once, and waits for all of them. Returns the signal
// of one that died of it, whose place is the finding then; or 0.
int exploration_run(struct exploration *exploration, int children,
                    void (*body)(struct exploration *, const void *), const void *context);

#endif
