// What of memblock.h needs more than one call of the Swift side.
#include "memblock_state.h"

static void copy_rows(const struct memblock_type *type, struct memblock_rows *copies,
                      unsigned long first) {
  copies->first = first;
  copies->count = memblock_get_regions(type, first, copies->rows, MEMBLOCK_ROWS);
  copies->stale = false;
}

struct memblock_region *memblock_next_region(const struct memblock_type *type,
                                             const struct memblock_region *region) {
  int number = memblock_number_of(type);
  if (number < 0) return NULL;
  struct memblock_rows *copies = &memblock_rows[number];
  unsigned long next = 0;
  if (region) {
    uintptr_t offset = (uintptr_t)region - (uintptr_t)copies->rows;
    if (offset >= sizeof copies->rows) return NULL;
    next = copies->first + offset / sizeof *region + 1;
    // A loop that changes the table goes on with the region that now has the next index.
    if (copies->stale) copy_rows(type, copies, copies->first);
  } else if (copies->stale || copies->first) {
    copy_rows(type, copies, 0);
  }
  if (next - copies->first >= MEMBLOCK_ROWS) copy_rows(type, copies, next);
  return next - copies->first < copies->count ? &copies->rows[next - copies->first] : NULL;
}

void __next_mem_pfn_range_in_zone(uint64_t *cursor, const struct memblock_zone *zone,
                                  unsigned long *out_start_pfn, unsigned long *out_end_pfn) {
  phys_addr_t start, end;
  for (;;) {
    __next_mem_range(cursor, zone->nid, MEMBLOCK_NONE, &memblock.memory, &memblock.reserved,
                     &start, &end, NULL);
    if (*cursor == ~(uint64_t)0) break;
    unsigned long first = (unsigned long)((start + 0xfff) >> 12);
    unsigned long past = (unsigned long)(end >> 12);
    if (first >= past || past <= zone->start_pfn) continue;
    if (first >= zone->end_pfn) {
      *cursor = ~(uint64_t)0;
      break;
    }
    if (first < zone->start_pfn) first = zone->start_pfn;
    if (past > zone->end_pfn) past = zone->end_pfn;
    if (out_start_pfn) *out_start_pfn = first;
    if (out_end_pfn) *out_end_pfn = past;
    return;
  }
  if (out_start_pfn) *out_start_pfn = ~0UL;
  if (out_end_pfn) *out_end_pfn = 0;
}

static void (*stop_in_panic)(void);

void memblock_set_panic(void (*stop)(void)) { stop_in_panic = stop; }

void *__memblock_alloc_or_panic(phys_addr_t size, phys_addr_t align, const char *func) {
  void *memory = memblock_alloc(size, align);
  if (memory) return memory;
  memblock_note_failure(func, size);
  if (stop_in_panic) stop_in_panic();
  __builtin_trap();
}
