/*
 * What the Swift side of the C interface fills in: the variables of memblock.h, and the rows
 * behind its tables. Not for users of the library.
 */
#ifndef SWIFT_MEMBLOCK_STATE_H
#define SWIFT_MEMBLOCK_STATE_H

#include "memblock.h"

/* The tables in the order in which memblock_table_at numbers them. */
#define MEMBLOCK_TABLES 3

extern struct memblock_region memblock_rows[MEMBLOCK_TABLES][MEMBLOCK_ROWS];

/* The table of that number: 0 memory, 1 reserved, 2 physmem. */
static inline struct memblock_type *memblock_table_at(int number) {
  return number == 0 ? &memblock.memory : number == 1 ? &memblock.reserved : &physmem;
}

/* The number of a table; -1 for none of ours, null among them. */
static inline int memblock_number_of(const struct memblock_type *type) {
  return type == &memblock.memory ? 0 : type == &memblock.reserved ? 1 : type == &physmem ? 2 : -1;
}

static inline struct memblock_region *memblock_rows_of(int number) {
  return memblock_rows[number];
}

static inline bool memblock_state_is_bottom_up(void) { return memblock.bottom_up; }
static inline phys_addr_t memblock_state_limit(void) { return memblock.current_limit; }

static inline void memblock_state_set(bool bottom_up, phys_addr_t current_limit) {
  memblock.bottom_up = bottom_up;
  memblock.current_limit = current_limit;
}

static inline unsigned long memblock_state_max_low_pfn(void) { return max_low_pfn; }

#endif
