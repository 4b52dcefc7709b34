/*
 * A table of 5,000 regions: it grows in the memory that it describes, and every loop sees all of
 * it. The tests run this under AddressSanitizer, with a byte more or less than what is there.
 *
 *   Scripts/c-library.sh
 *   gcc -fsanitize=address -I.build-c Examples/C/many_regions.c \
 *     .build-c/x86_64-unknown-linux-gnu/libmemblock.a
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "memblock.h"

#define MIB (1ULL << 20)
#define REGIONS 5000

static void write_byte(unsigned char byte) { putchar(byte); }

int main(void) {
  memblock_set_log(write_byte);
  memblock_add(0, 64 * MIB);
  printf("without a window: %d\n", memblock_alloc(4096, 4096) == NULL);

  char *memory = malloc(64 * MIB);
  if (!memory) return 1;
  memblock_set_window(0, 64 * MIB, memory);
  memblock_allow_resize();
  for (phys_addr_t i = 0; i < REGIONS; i++)
    if (memblock_reserve(MIB + i * 0x2000, 0x1000)) return 1;

  /* The grown table is one of them. */
  struct memblock_region *region;
  unsigned long count = 0;
  phys_addr_t sum = 0, last = 0;
  for_each_reserved_mem_region(region) {
    if (count && region->base <= last) return 1;
    last = region->base;
    sum += region->size;
    count++;
  }
  printf("%lu regions of %lu, %d\n", count, memblock.reserved.max,
         count == memblock.reserved.cnt && sum == memblock_reserved_size());
  struct memblock_region row;
  unsigned long copied = memblock_get_regions(&memblock.reserved, count - 1, &row, 1);
  printf("the last one copied: %d\n", copied == 1 && row.base == last
         && memblock_get_regions(&memblock.reserved, count, &row, 1) == 0);

  /* Loops over a table that is not so large nest, and see what the loop's body changes. */
  struct memblock_region *inner;
  unsigned long pairs = 0;
  memblock_add_node(96 * MIB, MIB, 1, MEMBLOCK_NONE);
  for_each_mem_region(region)
    for_each_mem_region(inner) pairs += inner->base <= region->base;
  for_each_mem_region(region)
    if (region->base == 96 * MIB) memblock_remove(96 * MIB, MIB);
  printf("%lu pairs, then %lu region\n", pairs, memblock.memory.cnt);
  for_each_mem_region(region)
    printf("memory pages [%lu-%lu), node %d\n", memblock_region_memory_base_pfn(region),
           memblock_region_memory_end_pfn(region), memblock_get_region_node(region));

  /* Its memory stays its own. */
  struct memblock_region table;
  if (!memblock_get_region(&memblock.reserved, memblock.reserved.cnt - 1, &table)) return 1;
  printf("the table's memory: %d\n", memblock_phys_free(table.base, table.size));
  memblock_mark_nomap(32 * MIB, MIB);
  memblock_debug_show(&memblock.memory, write_byte);

  /* The free frames of a zone that begins and ends in gaps between reservations. */
  struct memblock_zone zone = { 0x101, 0x105, NUMA_NO_NODE };
  unsigned long first_pfn, end_pfn;
  uint64_t cursor;
  for_each_free_mem_pfn_range_in_zone(cursor, &zone, &first_pfn, &end_pfn)
    printf("free in the zone: [%#lx-%#lx)\n", first_pfn, end_pfn);
  printf("and then: %#lx, %#lx\n", first_pfn, end_pfn);
  zone.end_pfn = 0x104;
  __next_mem_pfn_range_in_zone((cursor = 0, &cursor), &zone, &first_pfn, &end_pfn);
  for_each_free_mem_pfn_range_in_zone_from(cursor, &zone, &first_pfn, &end_pfn)
    printf("free in the zone, from there: [%#lx-%#lx)\n", first_pfn, end_pfn);

  /* Cursors that no loop has made are the end. */
  const uint64_t cursors[] = { 0x7fffffff, 0x80000000, 1ULL << 63, 0x7fffffff00000000,
                               5002ULL << 32, memblock.memory.cnt + 1 };
  phys_addr_t start, end;
  for (unsigned i = 0; i < sizeof cursors / sizeof *cursors; i++) {
    uint64_t up = cursors[i], down = cursors[i];
    __next_mem_range(&up, NUMA_NO_NODE, MEMBLOCK_NONE, &memblock.memory, &memblock.reserved,
                     &start, &end, NULL);
    __next_mem_range_rev(&down, NUMA_NO_NODE, MEMBLOCK_NONE, &memblock.memory,
                         &memblock.reserved, &start, &end, NULL);
    int pages = -2 - (int)i;
    unsigned long first, past;
    __next_mem_pfn_range(&pages, NUMA_NO_NODE, &first, &past, NULL);
    if (up != ~0ULL || down != ~0ULL || pages != -1) return 1;
  }

  memblock_free_late(0, ~0ULL);
  memblock_free_all();
  memblock_free_late(0, ~0ULL);
  free(memory);
  return 0;
}
