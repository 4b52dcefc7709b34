/*
 * The end of early boot through the C interface: memory with a name, physical memory beside what
 * may be used, and everything handed over.
 *
 *   Scripts/c-library.sh
 *   gcc -I.build-c Examples/C/hand_over.c .build-c/x86_64-unknown-linux-gnu/libmemblock.a
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "memblock.h"

#define MIB (1ULL << 20)

static void release(void *pages, unsigned long pfn, unsigned int order) {
  printf("  block of order %u at frame %#lx\n", order, pfn);
  *(unsigned long *)pages += 1UL << order;
}

static void reserve(void *pages, phys_addr_t start, phys_addr_t end, int nid) {
  (void)pages;
  printf("  taken [%#" PRIx64 "-%#" PRIx64 "] on node %d\n", start, end - 1, nid);
}

int main(void) {
  char *memory = malloc(32 * MIB);
  if (!memory) return 1;
  memblock_set_window(0, 32 * MIB, memory);
  memblock_allow_resize();

  /* 32 MiB are there, of which a limit leaves 16. */
  memblock_physmem_add(0, 32 * MIB);
  memblock_add_node(0, 32 * MIB, 0, MEMBLOCK_NONE);
  memblock_enforce_memory_limit(16 * MIB);
  memblock_reserve(0, MIB);

  phys_addr_t start = 0, end = 0, size = 0;
  uint64_t i;
  for_each_physmem_range(i, &memblock.memory, &start, &end)
    printf("there but not used: [%#" PRIx64 "-%#" PRIx64 "]\n", start, end - 1);

  int status = memblock_reserve_mem(MIB, 4096, "crash log", &start);
  printf("crash log: %d, at %#" PRIx64 "\n", status, start);
  printf("once more: %d, no name: %d, too large: %d\n",
         memblock_reserve_mem(MIB, 4096, "crash log", &start),
         memblock_reserve_mem(MIB, 4096, " ", &start),
         memblock_reserve_mem(64 * MIB, 4096, "large", &start));

  /* Enough reservations for a table of 256, whose memory is given back in the end. */
  for (phys_addr_t at = 2 * MIB; at < 4 * MIB; at += 0x4000) memblock_reserve(at, 0x1000);
  printf("room for %lu reservations\n", memblock.reserved.max);
  memblock_phys_free(2 * MIB, 2 * MIB);

  unsigned long pages = 0;
  struct memblock_receiver receiver = {&pages, reserve, release, NULL};
  memblock_set_receiver(&receiver);
  memblock_max_low_pfn = ~0UL;
  printf("free_all\n");
  memblock_free_all();
  printf("free_late\n");
  memblock_free_late(0x10000, 0x8000);
  printf("discard\n");
  memblock_discard();
  printf("%lu pages\n", pages);

  printf("memory now: %lu regions, add: %d\n", memblock.memory.cnt, memblock_add(0, MIB));
  int found = reserve_mem_find_by_name("crash log", &start, &size);
  printf("crash log: %d, %#" PRIx64 " bytes at %#" PRIx64 "\n", found, size, start);
  printf("another: %d\n", reserve_mem_find_by_name("another", &start, &size));
  free(memory);
  return 0;
}
