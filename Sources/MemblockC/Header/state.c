// The variables of memblock.h, which C code reads and the Swift side keeps up to date.
#include "memblock.h"
#include "memblock_state.h"

unsigned long max_low_pfn;

struct memblock_region memblock_rows[3][MEMBLOCK_ROWS];

struct memblock memblock = {
  .current_limit = MEMBLOCK_ALLOC_ANYWHERE,
  .memory = { .max = 128, .regions = memblock_rows[0], .name = "memory" },
  .reserved = { .max = 128, .regions = memblock_rows[1], .name = "reserved" },
};

struct memblock_type physmem = { .max = 4, .regions = memblock_rows[2], .name = "physmem" };
