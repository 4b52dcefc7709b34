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

// What memblock_next_region points to where a table has more regions than rows.
#define PASSING_ROWS 128
static struct {
  unsigned long first, count;
  struct memblock_region rows[PASSING_ROWS];
} passing[MEMBLOCK_TABLES];

static struct memblock_region *fill_passing(const struct memblock_type *type, int number,
                                            unsigned long first) {
  unsigned long count = 0;
  while (count < PASSING_ROWS
         && memblock_get_region(type, first + count, &passing[number].rows[count]))
    count++;
  passing[number].first = first;
  passing[number].count = count;
  return count ? passing[number].rows : NULL;
}

struct memblock_region *memblock_next_region(const struct memblock_type *type,
                                             const struct memblock_region *region) {
  int number = memblock_number_of(type);
  if (number < 0) return NULL;
  if (type->regions) {
    uintptr_t end = (uintptr_t)(type->regions + type->cnt);
    uintptr_t next = region ? (uintptr_t)(region + 1) : (uintptr_t)type->regions;
    return next >= (uintptr_t)type->regions && next < end ? (struct memblock_region *)next : NULL;
  }
  if (!region) return fill_passing(type, number, 0);
  // A region of another array: the table has outgrown its rows since.
  uintptr_t offset = (uintptr_t)region - (uintptr_t)passing[number].rows;
  if (offset >= sizeof passing[number].rows) return NULL;
  unsigned long next = offset / sizeof *region + 1;
  if (next < passing[number].count) return &passing[number].rows[next];
  return fill_passing(type, number, passing[number].first + next);
}
