/*
 * What the Swift side of the C interface fills in: the variables of memblock.h. Not for users of
 * the library.
 */
#ifndef SWIFT_MEMBLOCK_STATE_H
#define SWIFT_MEMBLOCK_STATE_H

#include "memblock.h"

/* The tables in the order in which memblock_table_at numbers them. */
#define MEMBLOCK_TABLES 3

/**
 * struct memblock_rows - copies of some regions of a table, for loops
 * @stale: whether the table has changed since
 * @first: the index of the first
 * @count: how many there are
 * @rows: the copies
 */
struct memblock_rows {
  bool stale;
  unsigned long first;
  unsigned long count;
  struct memblock_region rows[MEMBLOCK_ROWS];
};

extern struct memblock_rows memblock_rows[MEMBLOCK_TABLES];

/* The table of that number: 0 memory, 1 reserved, 2 physmem. */
static inline struct memblock_type *memblock_table_at(int number) {
  return number == 0 ? &memblock.memory : number == 1 ? &memblock.reserved : &memblock_physmem;
}

/* The number of a table; -1 for none of ours, null among them. */
static inline int memblock_number_of(const struct memblock_type *type) {
  return type == &memblock.memory       ? 0
         : type == &memblock.reserved   ? 1
         : type == &memblock_physmem    ? 2
                                        : -1;
}

static inline struct memblock_region *memblock_rows_of(int number) {
  return memblock_rows[number].rows;
}

static inline bool memblock_state_is_bottom_up(void) { return memblock.bottom_up; }
static inline phys_addr_t memblock_state_limit(void) { return memblock.current_limit; }

static inline void memblock_state_set(bool bottom_up, phys_addr_t current_limit) {
  memblock.bottom_up = bottom_up;
  memblock.current_limit = current_limit;
}

/* Says what a table has become; its rows are copied when a loop wants them. */
static inline void memblock_state_set_table(int number, unsigned long cnt, unsigned long max,
                                            phys_addr_t total_size) {
  struct memblock_type *type = memblock_table_at(number);
  type->cnt = cnt;
  type->max = max;
  type->total_size = total_size;
  memblock_rows[number].stale = true;
}

/* Writes Linux's line of memblock_alloc_or_panic to the log. */
void memblock_note_failure(const char *func, phys_addr_t size);

static inline unsigned long memblock_state_max_low_pfn(void) { return memblock_max_low_pfn; }

#endif
