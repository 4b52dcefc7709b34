// The variables of memblock.h, which C code reads and the Swift side keeps up to date.
#include "memblock_state.h"

unsigned long memblock_max_low_pfn;

struct memblock_rows memblock_rows[MEMBLOCK_TABLES];

struct memblock memblock = {
  .current_limit = MEMBLOCK_ALLOC_ANYWHERE,
  .memory = { .max = 128, .internal = memblock_rows[0].rows, .name = "memory" },
  .reserved = { .max = 128, .internal = memblock_rows[1].rows, .name = "reserved" },
};

struct memblock_type memblock_physmem = { .max = 128, .name = "physmem" };
