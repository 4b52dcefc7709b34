/*
 * The C interface in a program for this host: memory in, reservations, allocation, iteration.
 *
 *   Scripts/c-library.sh
 *   gcc -I.build-c Examples/C/first_steps.c .build-c/x86_64-unknown-linux-gnu/libmemblock.a
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memblock.h"

#define MIB (1ULL << 20)

static void print_free_memory(void) {
  phys_addr_t start, end;
  uint64_t i;
  int nid;
  for_each_free_mem_range(i, NUMA_NO_NODE, MEMBLOCK_NONE, &start, &end, &nid)
    printf("free [%#" PRIx64 "-%#" PRIx64 "] on node %d\n", start, end - 1, nid);
}

int main(void) {
  /* 32 MiB that play physical memory from address 0 on. */
  char *memory = malloc(32 * MIB);
  if (!memory) return 1;
  memset(memory, 0xff, 32 * MIB);
  memblock_set_window(0, 32 * MIB, memory);

  memblock_add_node(0, 16 * MIB, 0, MEMBLOCK_NONE);
  memblock_add_node(16 * MIB, 16 * MIB, 1, MEMBLOCK_HOTPLUG);
  memblock_reserve(0, MIB);

  char *page = memblock_alloc_node(4096, 4096, 1);
  printf("a page on node 1 at %#tx, first byte %d\n", page - memory, page[0]);
  printf("64 bytes below 4 MiB at %#" PRIx64 "\n",
         memblock_phys_alloc_range(64, 64, 0, 4 * MIB));
  printf("%d for a page that is not there\n",
         memblock_alloc_try_nid_raw(64 * MIB, 4096, 0, 0, NUMA_NO_NODE) == NULL);

  print_free_memory();
  struct memblock_region *region;
  int number = 0;
  for_each_reserved_mem_region(region)
    printf("reserved[%d] %#" PRIx64 " %#" PRIx64 "\n", number++, region->base, region->size);

  /* The 129th region: an error while tables may not grow, room for 256 once they may; the larger
   * table is one of them. */
  int status = 0;
  for (phys_addr_t at = 2 * MIB; !status; at += 0x4000) status = memblock_reserve(at, 0x1000);
  printf("%lu regions of %lu, then %d\n", memblock.reserved.cnt, memblock.reserved.max, status);
  memblock_allow_resize();
  status = memblock_reserve(12 * MIB, 0x1000);
  printf("%lu regions of %lu, then %d\n", memblock.reserved.cnt, memblock.reserved.max, status);
  free(memory);
  return 0;
}
