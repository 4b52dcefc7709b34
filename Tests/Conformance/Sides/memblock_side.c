// Our memblock as one side of the comparison, through its C interface.
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "memblock_testing.h"
#include "side.h"

typedef uint64_t u64;

// The version of Linux that it is to be like.
#ifndef LIKE_LINUX
#define LIKE_LINUX 612
#endif
static struct side side;
static char *window;
static unsigned long blocks_handed, ranges_reserved;

static void put_hand_off(enum hand_off, uint64_t, uint64_t, uint64_t);

static void reserve_range(void *context, phys_addr_t start, phys_addr_t end, int node) {
  (void)context;
  ranges_reserved++;
  put_hand_off(HAND_OFF_RESERVED, start, end, (uint64_t)(int64_t)node);
}

static void release_block(void *context, unsigned long frame, unsigned order) {
  (void)context;
  blocks_handed++;
  put_hand_off(HAND_OFF_BLOCK, frame, order, 0);
}

static void report_total(void *context, unsigned long pages) {
  (void)context;
  put_hand_off(HAND_OFF_TOTAL, pages, blocks_handed, ranges_reserved);
}

static void side_reset(void) {
  static const struct memblock_receiver receiver = { NULL, reserve_range, release_block,
                                                     report_total };
  memblock_reset();
  memblock_set_linux_rules((enum memblock_linux)side.version);
  memblock_set_window(0, SIDE_WINDOW, window);
  memblock_set_receiver(&receiver);
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
  static struct memblock_region regions[2][SIDE_MOST_REGIONS];
  struct memblock_region *all = regions[type == &memblock.reserved];
  if (memblock_get_regions(type, 0, all, SIDE_MOST_REGIONS) != type->cnt) abort();
  return (const struct side_region *)all;
}

static void side_free_all(uint64_t frame_limit) {
  blocks_handed = ranges_reserved = 0;
  memblock_max_low_pfn = frame_limit;
  memblock_free_all();
}

#include "side.inc"

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
