// Our memblock as one side of the comparison, through its C interface.
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "memblock_testing.h"
#include "side.h"

typedef uint64_t u64;

// The version of Linux that it is to be like.
#ifndef LIKE_LINUX
#define LIKE_LINUX 703
#endif
static struct side side;
static char *window;
static unsigned long blocks_handed, ranges_reserved;
static bool is_late, has_handed_over;
static jmp_buf panicked;

static void put_hand_off(enum hand_off, uint64_t, uint64_t, uint64_t);
static void note_late_release(uint64_t, uint64_t);

static void reserve_range(void *context, phys_addr_t start, phys_addr_t end, int node) {
  (void)context;
  ranges_reserved++;
  put_hand_off(HAND_OFF_RESERVED, start, end, (uint64_t)(int64_t)node);
}

static void release_block(void *context, unsigned long frame, unsigned order) {
  (void)context;
  if (is_late) return note_late_release(frame, 1ULL << order);
  blocks_handed++;
  put_hand_off(HAND_OFF_BLOCK, frame, order, 0);
}

static void report_total(void *context, unsigned long pages) {
  (void)context;
  put_hand_off(HAND_OFF_TOTAL, pages, blocks_handed, ranges_reserved);
}

static void stop(void) { longjmp(panicked, 1); }

static void side_reset(void) {
  static const struct memblock_receiver receiver = { NULL, reserve_range, release_block,
                                                     report_total };
  memblock_reset();
  has_handed_over = false;
  memblock_set_linux_rules((enum memblock_linux)side.version);
  memblock_set_window(0, SIDE_WINDOW, window);
  memblock_set_receiver(&receiver);
  memblock_set_panic(stop);
  madvise(window, SIDE_WINDOW, MADV_DONTNEED);
}

static void side_set_movable_node(bool on) { memblock_set_movable_node(on); }
static void side_set_mirrored_kernelcore(bool on) { memblock_set_mirrored_kernelcore(on); }
static void side_set_rules(uint64_t version) {
  side.version = version == MEMBLOCK_LINUX_6_12 ? MEMBLOCK_LINUX_6_12 : MEMBLOCK_LINUX_7_3;
  memblock_set_linux_rules((enum memblock_linux)side.version);
}
static uint64_t side_physical(const void *pointer) {
  return pointer ? (uint64_t)((const char *)pointer - window) : 0;
}

static uint64_t side_place(const struct memblock_type *type) {
  (void)type;
  return 0;
}

static const struct side_region *side_regions(const struct memblock_type *type) {
  // One array a table: a comparison holds the regions of both at once.
  static struct memblock_region regions[3][SIDE_MOST_REGIONS];
  struct memblock_region *all =
      regions[type == &memblock.memory ? 0 : type == &memblock.reserved ? 1 : 2];
  if (memblock_get_regions(type, 0, all, SIDE_MOST_REGIONS) != type->cnt) abort();
  return (const struct side_region *)all;
}

static void side_free_all(uint64_t frame_limit) {
  blocks_handed = ranges_reserved = 0;
  memblock_max_low_pfn = frame_limit;
  memblock_free_all();
  has_handed_over = true;
}

static const struct memblock_type *side_physmem(void) { return &memblock_physmem; }

static int side_reserve_mem(uint64_t size, uint64_t align, const char *name) {
  phys_addr_t start;
  return memblock_reserve_mem(size, align, name, &start);
}

static uint64_t side_alloc_or_panic(uint64_t size, uint64_t align) {
  if (setjmp(panicked)) return 0;
  return side_physical(memblock_alloc_or_panic(size, align));
}

static void side_zone_ranges(int node, unsigned long start, unsigned long end);

static void side_free_late(uint64_t base, uint64_t size) {
  if (!has_handed_over) return;
  is_late = true;
  if (side.version == MEMBLOCK_LINUX_6_12) memblock_free_late(base, size);
  else memblock_phys_free(base, size);
  is_late = false;
}

static void side_release_mem(const char *name) {
  is_late = true;
  reserve_mem_release_by_name(name);
  is_late = false;
}

static void side_discard(void) {
  is_late = true;
  memblock_discard();
  is_late = false;
}

#include "side.inc"

static void side_zone_ranges(int node, unsigned long start, unsigned long end) {
  struct memblock_zone zone = { start, end, node };
  unsigned long first, past;
  u64 i;
  for_each_free_mem_pfn_range_in_zone(i, &zone, &first, &past)
    put_range(first, past, NODE_NEVER_SET);
}

static enum outcome side_apply(const struct operation *operation, struct answer *answer) {
  side_answer = answer;
  answer->count = 0;
  side_run(operation);
  return OUTCOME_ANSWERED;
}

static struct side side = { "ours", LIKE_LINUX, 0, side_apply, side_state };

void memblock_side_be_like(unsigned version) {
  side.version = version;
  side_reset();
}

const struct side *memblock_side(void) {
  if (!window) {
    window = mmap(NULL, SIDE_WINDOW, PROT_READ | PROT_WRITE,
                  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (window == MAP_FAILED) {
      perror("our side: no room for a window of 1 TiB");
      exit(2);
    }
    side_reset();
  }
  return &side;
}
