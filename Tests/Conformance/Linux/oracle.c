// Linux's memblock as one side of the comparison. memblock.c is included, not linked, so that
// its static state can be put back between traces.
#include <mm/memblock.c>
#undef memset

#include <setjmp.h>
#include <sys/mman.h>

#include "side.h"

char *physical_window;
bool movable_node_enabled, mirrored_kernelcore, page_allocator_is_there;
static bool is_late;
// Whether the memory has been handed over, and where it ended.
static bool has_handed_over;
static phys_addr_t handed_end;
static jmp_buf leave;
static unsigned long pages_total, blocks_handed, ranges_reserved;

static void put_hand_off(enum hand_off, uint64_t, uint64_t, uint64_t);
static void note_late_release(uint64_t, uint64_t);

_Noreturn void kernel_bug(void) { longjmp(leave, OUTCOME_BUG); }
_Noreturn void kernel_panic(void) { longjmp(leave, OUTCOME_PANIC); }

// What lies outside the window can't be touched.
void *in_window(phys_addr_t address) {
  if (address >= SIDE_WINDOW) longjmp(leave, OUTCOME_OUT_OF_WINDOW);
  return physical_window + address;
}

// Zeroes a grown table or a small allocation; a big one has no reader.
void *fill_in_window(void *start, int byte, size_t size) {
  phys_addr_t at = __pa(start);
  if (at < SIDE_WINDOW && size <= 4 << 20 && size <= SIDE_WINDOW - at) memset(start, byte, size);
  return start;
}

#if LINUX < 700
void memblock_free_pages(struct page *page, unsigned long frame, unsigned order) {
#else
void memblock_free_pages(unsigned long frame, unsigned order) {
#endif
  if (is_late) return note_late_release(frame, 1ULL << order);
  blocks_handed++;
  put_hand_off(HAND_OFF_BLOCK, frame, order, 0);
}

void release_frames(unsigned long first, unsigned long past) {
  if (first < past) note_late_release(first, past - first);
}

void reserve_bootmem_region(phys_addr_t start, phys_addr_t end, int node) {
  ranges_reserved++;
  put_hand_off(HAND_OFF_RESERVED, start, end, (uint64_t)(int64_t)node);
}

void totalram_pages_add(long count) { pages_total += count; }

// As the kernel's: what has no memory behind it counts as the first node's.
int early_pfn_to_nid(unsigned long frame) {
  unsigned long start, end;
  int node = memblock_search_pfn_nid(frame, &start, &end);
  return node < 0 ? 0 : node;
}

unsigned long long memparse(const char *text, char **rest) { return strtoull(text, rest, 0); }

#if LINUX < 700
#define kho_scratch_only false
static void set_scratch_only(bool on) { (void)on; }
#else
static void set_scratch_only(bool on) { kho_scratch_only = on; }
#endif

// Linux's own has room for 4, and frees its static array when it grows.
static struct memblock_region physmem_regions[INIT_MEMBLOCK_REGIONS];

// Empty tables, quickly: what the window holds stays.
static void empty_tables(void) {
  memset(memblock_memory_init_regions, 0, sizeof memblock_memory_init_regions);
  memset(memblock_reserved_init_regions, 0, sizeof memblock_reserved_init_regions);
  memset(physmem_regions, 0, sizeof physmem_regions);
  physmem = (struct memblock_type){ .regions = physmem_regions, .max = INIT_MEMBLOCK_REGIONS,
                                    .name = "physmem" };
  memblock = (struct memblock){
      .bottom_up = memblock.bottom_up,
      .memory = { .regions = memblock_memory_init_regions, .max = INIT_MEMBLOCK_REGIONS,
                  .name = "memory" },
      .reserved = { .regions = memblock_reserved_init_regions, .max = INIT_MEMBLOCK_REGIONS,
                    .name = "reserved" },
      .current_limit = memblock.current_limit,
  };
  memblock_memory = &memblock.memory;
}

void linux_reset(void) {
  empty_tables();
  memblock.bottom_up = false;
  memblock.current_limit = MEMBLOCK_ALLOC_ANYWHERE;
  memblock_can_resize = 0;
  reserved_mem_count = 0;
  page_allocator_is_there = is_late = false;
  has_handed_over = false;
  handed_end = 0;
  system_has_some_mirror = movable_node_enabled = mirrored_kernelcore = false;
  set_scratch_only(false);
}

// What an operation can change, as it was before one; but that there is mirrored memory, which is
// noted before the mark is made, and stays noted where that fails.
struct copy {
  struct memblock state;
  struct memblock_region memory[SIDE_MOST_REGIONS], reserved[SIDE_MOST_REGIONS];
  struct memblock_type physmem;
  struct memblock_region physmem_regions[SIDE_MOST_REGIONS];
  struct reserve_mem_table names[RESERVE_MEM_MAX_ENTRIES];
  int name_count, can_resize;
  bool has_handed_over;
  phys_addr_t handed_end;
};
static struct copy saved, kept;
static bool kept_options[4];

// The first region is there in an empty table too, of zeros: Linux searches it.
static void copy_regions(struct memblock_region *to, const struct memblock_region *from,
                         unsigned long count) {
  if (count > SIDE_MOST_REGIONS) abort();
  memcpy(to, from, (count ? count : 1) * sizeof *to);
}

static void copy_state(struct copy *copy) {
  copy->state = memblock;
  copy_regions(copy->memory, memblock.memory.regions, memblock.memory.cnt);
  copy_regions(copy->reserved, memblock.reserved.regions, memblock.reserved.cnt);
  copy->physmem = physmem;
  copy_regions(copy->physmem_regions, physmem.regions, physmem.cnt);
  memcpy(copy->names, reserved_mem_table, sizeof copy->names);
  copy->name_count = reserved_mem_count;
  copy->has_handed_over = has_handed_over;
  copy->handed_end = handed_end;
  copy->can_resize = memblock_can_resize;
}

static void put_back(const struct copy *copy) {
  memblock = copy->state;
  copy_regions(memblock.memory.regions, copy->memory, memblock.memory.cnt);
  copy_regions(memblock.reserved.regions, copy->reserved, memblock.reserved.cnt);
  physmem = copy->physmem;
  copy_regions(physmem.regions, copy->physmem_regions, physmem.cnt);
  memcpy(reserved_mem_table, copy->names, sizeof copy->names);
  reserved_mem_count = copy->name_count;
  has_handed_over = copy->has_handed_over;
  handed_end = copy->handed_end;
  memblock_can_resize = copy->can_resize;
  page_allocator_is_there = is_late = false;
}

static void side_save(void) { copy_state(&saved); }
static void side_restore(void) { put_back(&saved); }

static void side_keep(void) {
  copy_state(&kept);
  kept_options[0] = movable_node_enabled;
  kept_options[1] = mirrored_kernelcore;
  kept_options[2] = system_has_some_mirror;
  kept_options[3] = kho_scratch_only;
}

static void side_resume(void) {
  put_back(&kept);
  movable_node_enabled = kept_options[0];
  mirrored_kernelcore = kept_options[1];
  system_has_some_mirror = kept_options[2];
  set_scratch_only(kept_options[3]);
}

static void side_reset(void) {
  linux_reset();
  madvise(physical_window, SIDE_WINDOW, MADV_DONTNEED);
}

// For measuring: inline functions and macros of Linux's header as functions.
void linux_set_bottom_up(bool on) { memblock_set_bottom_up(on); }

long linux_sum_free_ranges(bool backwards, uint64_t *sum) {
  phys_addr_t start, end;
  long count = 0;
  u64 i;
  *sum = 0;
  if (backwards)
    for_each_free_mem_range_reverse(i, NUMA_NO_NODE, MEMBLOCK_NONE, &start, &end, NULL)
      count++, *sum += start + end;
  else
    for_each_free_mem_range(i, NUMA_NO_NODE, MEMBLOCK_NONE, &start, &end, NULL)
      count++, *sum += start + end;
  return count;
}

static const struct side_region *side_regions(const struct memblock_type *type) {
  return (const struct side_region *)type->regions;
}

static void side_set_movable_node(bool on) { movable_node_enabled = on; }
static void side_set_mirrored_kernelcore(bool on) { mirrored_kernelcore = on; }
static void side_set_rules(uint64_t version) { (void)version; }
static uint64_t side_physical(const void *pointer) { return pointer ? __pa(pointer) : 0; }

static uint64_t side_place(const struct memblock_type *type) {
  return type->max > INIT_MEMBLOCK_REGIONS ? __pa(type->regions) : 0;
}

static void side_free_all(uint64_t frame_limit) {
  pages_total = blocks_handed = ranges_reserved = 0;
  max_low_pfn = frame_limit;
  memblock_free_all();
  has_handed_over = true;
  handed_end = memblock.memory.cnt ? memblock_end_of_DRAM() : 0;
  put_hand_off(HAND_OFF_TOTAL, pages_total, blocks_handed, ranges_reserved);
}

static const struct memblock_type *side_physmem(void) { return &physmem; }

// As the boot option, which is 1 where it is taken.
static int side_reserve_mem(uint64_t size, uint64_t align, const char *name) {
  char text[80];
  snprintf(text, sizeof text, "0x%llx:0x%llx:%s", (unsigned long long)size,
           (unsigned long long)align, name);
  int result = reserve_mem(text);
  return result == 1 ? 0 : result;
}

static void side_zone_ranges(int node, unsigned long start, unsigned long end);

static void be_late(bool is_so) { is_late = page_allocator_is_there = is_so; }

// Linux is not asked to free what was never handed over.
static void side_free_late(uint64_t base, uint64_t size) {
  if (base > handed_end || size > handed_end - base) return;
  be_late(true);
#if LINUX < 700
  memblock_free_late(base, size);
#else
  memblock_phys_free(base, size);
#endif
  be_late(false);
}

// What is left of the tables is nobody's business: ours are empty.
static void side_discard(void) {
  be_late(true);
  memblock_discard();
  be_late(false);
  empty_tables();
}

#if LINUX >= 700
static uint64_t side_alloc_or_panic(uint64_t size, uint64_t align) {
  return side_physical(memblock_alloc_or_panic(size, align));
}

static void side_release_mem(const char *name) {
  if (!has_handed_over) return;
  be_late(true);
  reserve_mem_release_by_name(name);
  be_late(false);
}
#endif

#include "side.inc"

static void side_zone_ranges(int node, unsigned long start, unsigned long end) {
#if LINUX < 700
  struct zone zone = { .zone_start_pfn = start, .end_pfn = end, .node = node };
  unsigned long first, past;
  u64 i = 0;
  __next_mem_pfn_range_in_zone(&i, &zone, &first, &past);
  for_each_free_mem_pfn_range_in_zone_from(i, &zone, &first, &past)
    put_range(first, past, NODE_NEVER_SET);
#else
  (void)node, (void)start, (void)end;
#endif
}

static enum outcome side_apply(const struct operation *operation, struct answer *answer) {
  side_answer = answer;
  answer->count = 0;
  int left = setjmp(leave);
  if (left) return (enum outcome)left;
  side_run(operation);
  return OUTCOME_ANSWERED;
}

static struct side_state linux_state(void) {
  struct side_state state = side_state();
  state.movable_node = movable_node_enabled;
  state.mirrored_kernelcore = mirrored_kernelcore;
  state.has_mirror = system_has_some_mirror;
  state.scratch_only = kho_scratch_only;
  return state;
}

const struct side *linux_side(void) {
  static const struct side side = { "linux", LINUX, 1, side_apply, linux_state, side_save,
                                    side_restore, side_keep, side_resume };
  if (!physical_window) {
    physical_window = mmap(NULL, SIDE_WINDOW, PROT_READ | PROT_WRITE,
                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (physical_window == MAP_FAILED) {
      perror("linux side: no room for a window of 1 TiB");
      exit(2);
    }
    side_reset();
  }
  return &side;
}
