/*
 * What tests need of the C library beside memblock.h. Not installed with it.
 */
#ifndef SWIFT_MEMBLOCK_TESTING_H
#define SWIFT_MEMBLOCK_TESTING_H

#include "memblock.h"

/**
 * memblock_reset - tables as at the start: empty, room for 128, top-down, no limit, no growth
 */
void memblock_reset(void);

/**
 * memblock_keep_state_here - makes the variable `memblock` the only state there is, as in Linux
 * @numa: whether regions have nodes; without, every node asked for is any node
 * @movable_node: read in place of memblock_set_movable_node's setting, where not null
 *
 * For programs that change that variable by hand, as Linux's tests do. Every call begins with
 * what it says; a table's `internal` is Linux's `regions`, an array in the table's own memory
 * once it has grown. Each call takes O(n), and a table has at most MEMBLOCK_ROWS regions.
 */
void memblock_keep_state_here(bool numa, const bool *movable_node);

#endif
