/*
 * memblock.h - the boot-time memory allocator of swift-memblock, for C and C++.
 *
 * Names, argument order, return values and errno values are those of Linux 6.12, and of Linux
 * 7.3 for what that has more of, so that code which speaks to Linux's memblock can speak to this
 * one. Link with libmemblock.a; it needs
 * nothing but memcpy, memmove, memset and memcmp.
 *
 * Addresses and sizes are physical, in bytes. A range that passes the end of the address space
 * is cut there. Functions that return int return 0, or an errno value below 0: -ENOMEM (-12)
 * where a table is full and can't grow. Functions that return an address return 0 where there
 * is no memory; those that return a pointer, a null pointer.
 *
 * Where Linux would stop, this returns: a full table that may not grow gives -ENOMEM (Linux
 * panics), and memblock_end_of_DRAM of an empty table gives 0 (Linux reads outside its array).
 *
 * A system that has these names of its own says so before it includes this: with
 * MEMBLOCK_HAS_PHYS_ADDR_T its own phys_addr_t, of 64 bits, is used; NUMA_NO_NODE and
 * MAX_NUMNODES are left alone where they are defined, and must be -1 and 1024.
 *
 * Not safe for use from several processors at once: it is for the time when there is one.
 */
#ifndef SWIFT_MEMBLOCK_H
#define SWIFT_MEMBLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#ifndef MEMBLOCK_HAS_PHYS_ADDR_T
typedef uint64_t phys_addr_t;
#endif

#ifndef NUMA_NO_NODE
#define NUMA_NO_NODE (-1) /* any node */
#endif
#ifndef MAX_NUMNODES
#define MAX_NUMNODES 1024 /* as a region's node: never set */
#endif
#if NUMA_NO_NODE != -1 || MAX_NUMNODES != 1024
#error "memblock.h: the library is built for NUMA_NO_NODE -1 and MAX_NUMNODES 1024"
#endif

/* For the `max` and `end` of an allocation. */
#define MEMBLOCK_ALLOC_ANYWHERE (~(phys_addr_t)0)
#define MEMBLOCK_ALLOC_ACCESSIBLE 0 /* up to the current limit */
#define MEMBLOCK_ALLOC_NOLEAKTRACE 1 /* the same */
#define MEMBLOCK_LOW_LIMIT 0

/* What is special about a region. */
enum memblock_flags {
  MEMBLOCK_NONE = 0x0,
  MEMBLOCK_HOTPLUG = 0x1,        /* can be unplugged */
  MEMBLOCK_MIRROR = 0x2,         /* kept twice by the hardware */
  MEMBLOCK_NOMAP = 0x4,          /* stays out of the direct map */
  MEMBLOCK_DRIVER_MANAGED = 0x8, /* found by a driver, not by the firmware */
  MEMBLOCK_RSRV_NOINIT = 0x10,   /* reserved, page metadata set up by the owner */
  MEMBLOCK_RSRV_KERN = 0x20,     /* reserved by the kernel for itself (Linux 6.16) */
  MEMBLOCK_KHO_SCRATCH = 0x40,   /* left by a former kernel for the start (Linux 7.3) */
  MEMBLOCK_RSRV_HUGETLB = 0x80   /* reserved for huge pages (Linux 7.3) */
};

/* A region of a table. */
struct memblock_region {
  phys_addr_t base;
  phys_addr_t size;
  enum memblock_flags flags;
  int32_t nid;    /* the node; MAX_NUMNODES where nobody set one */
};

/* A table: `cnt` regions, sorted, disjoint, with room for `max`. */
struct memblock_type {
  unsigned long cnt;
  unsigned long max;
  phys_addr_t total_size;
  struct memblock_region *regions;
  const char *name;
};

/*
 * How many regions of a table can be read through `regions`; it is null where there are more.
 * for_each_mem_region, for_each_reserved_mem_region and memblock_get_region have no such limit.
 */
#define MEMBLOCK_ROWS 1024

/*
 * The tables, up to date after every call. For reading: what is written here is overwritten,
 * unless memblock_keep_state_here has been called.
 */
struct memblock {
  bool bottom_up;
  phys_addr_t current_limit;
  struct memblock_type memory;   /* what the kernel may use */
  struct memblock_type reserved; /* what is taken */
};

extern struct memblock memblock;
extern struct memblock_type physmem; /* the memory that is there, whatever the limits */

/*
 * Where physical memory can be seen: `size` bytes from `base` on are mapped at `address`.
 * Growing a table, and the functions that return pointers, need it; without it the first fails
 * with -ENOMEM, and the others write a line to the log, allocate nothing and return null. Also the address that __pa and __va go by.
 */
void memblock_set_window(phys_addr_t base, phys_addr_t size, void *address);

/*
 * Makes the variable `memblock` the only state there is, as in Linux: every call begins with
 * what it says, its `regions` pointers included, and a grown table's rows lie in the table's
 * own memory. For programs that change that variable by hand, as Linux's tests do; each call
 * then takes time in proportion to the number of regions, of which there may be MEMBLOCK_ROWS
 * in a table. Without `numa`, regions have no nodes and every node asked for is any node.
 * Where `movable_node` is not null, it is read in place of memblock_set_movable_node's setting.
 */
void memblock_keep_state_here(bool numa, const bool *movable_node);

/* Region `index` of a table, however many there are; false past the last. */
bool memblock_get_region(const struct memblock_type *type, unsigned long index,
                         struct memblock_region *region);

/*
 * The region after `region`, upwards; the first where `region` is null. Null after the last.
 * What it points to may be overwritten by the next call for the same table, where that has more
 * than MEMBLOCK_ROWS regions: loops over one such table don't nest.
 */
struct memblock_region *memblock_next_region(const struct memblock_type *type,
                                             const struct memblock_region *region);

/* Tables as at the start: empty, room for 128, top-down, no limit, no growth. */
void memblock_reset(void);

/*
 * Which version of Linux to be like, where they compute different things: 6.12 after a reset.
 * 7.3 marks the reservations that the kernel makes for itself, allocations among them, with
 * MEMBLOCK_RSRV_KERN and the node that was asked for.
 */
enum memblock_linux { MEMBLOCK_LINUX_6_12 = 612, MEMBLOCK_LINUX_7_3 = 703 };
void memblock_set_linux_rules(enum memblock_linux version);

/* The boot options movable_node and kernelcore=mirror. */
void memblock_set_movable_node(bool on);
void memblock_set_mirrored_kernelcore(bool on);

/* Adding and removing. */
int memblock_add(phys_addr_t base, phys_addr_t size);
int memblock_add_node(phys_addr_t base, phys_addr_t size, int nid, enum memblock_flags flags);
int memblock_remove(phys_addr_t base, phys_addr_t size);
int memblock_reserve(phys_addr_t base, phys_addr_t size);
/* With a node and flags, under any rules; the second, with no node and MEMBLOCK_RSRV_KERN. */
int __memblock_reserve(phys_addr_t base, phys_addr_t size, int nid, enum memblock_flags flags);
static inline int memblock_reserve_kern(phys_addr_t base, phys_addr_t size) {
  return __memblock_reserve(base, size, NUMA_NO_NODE, MEMBLOCK_RSRV_KERN);
}
/* -EBUSY (-16), and nothing is freed, where a table that has grown lies in the range. */
int memblock_phys_free(phys_addr_t base, phys_addr_t size);
void memblock_free(void *pointer, size_t size);
/* Not there where the library was built with the package's trait WithoutPhysmem. */
int memblock_physmem_add(phys_addr_t base, phys_addr_t size);

/* Marks. */
int memblock_mark_hotplug(phys_addr_t base, phys_addr_t size);
int memblock_clear_hotplug(phys_addr_t base, phys_addr_t size);
int memblock_mark_mirror(phys_addr_t base, phys_addr_t size);
int memblock_mark_nomap(phys_addr_t base, phys_addr_t size);
int memblock_clear_nomap(phys_addr_t base, phys_addr_t size);
int memblock_reserved_mark_noinit(phys_addr_t base, phys_addr_t size);
int memblock_reserved_mark_kern(phys_addr_t base, phys_addr_t size);
int memblock_mark_kho_scratch(phys_addr_t base, phys_addr_t size);
int memblock_clear_kho_scratch(phys_addr_t base, phys_addr_t size);
/* `type` is &memblock.memory or &memblock.reserved. */
int memblock_set_node(phys_addr_t base, phys_addr_t size, struct memblock_type *type, int nid);

/* Allocation by physical address. `align` is a power of two in bytes; 0 stands for 64. */
phys_addr_t memblock_phys_alloc_range(phys_addr_t size, phys_addr_t align, phys_addr_t start,
                                      phys_addr_t end);
phys_addr_t memblock_phys_alloc_try_nid(phys_addr_t size, phys_addr_t align, int nid);
phys_addr_t memblock_alloc_range_nid(phys_addr_t size, phys_addr_t align, phys_addr_t start,
                                     phys_addr_t end, int nid, bool exact_nid);

/* Allocation by pointer, through the window. The `raw` ones don't fill with zeros. */
void *memblock_alloc_try_nid(phys_addr_t size, phys_addr_t align, phys_addr_t min_addr,
                             phys_addr_t max_addr, int nid);
void *memblock_alloc_try_nid_raw(phys_addr_t size, phys_addr_t align, phys_addr_t min_addr,
                                 phys_addr_t max_addr, int nid);
void *memblock_alloc_exact_nid_raw(phys_addr_t size, phys_addr_t align, phys_addr_t min_addr,
                                   phys_addr_t max_addr, int nid);

/* A huge page, aligned by its size and not filled; no mirrored memory is preferred. */
void *memblock_alloc_hugetlb(phys_addr_t size, int nid, bool exact_nid);

static inline phys_addr_t memblock_phys_alloc(phys_addr_t size, phys_addr_t align) {
  return memblock_phys_alloc_range(size, align, 0, MEMBLOCK_ALLOC_ACCESSIBLE);
}

static inline void *memblock_alloc(phys_addr_t size, phys_addr_t align) {
  return memblock_alloc_try_nid(size, align, MEMBLOCK_LOW_LIMIT, MEMBLOCK_ALLOC_ACCESSIBLE,
                                NUMA_NO_NODE);
}

static inline void *memblock_alloc_raw(phys_addr_t size, phys_addr_t align) {
  return memblock_alloc_try_nid_raw(size, align, MEMBLOCK_LOW_LIMIT, MEMBLOCK_ALLOC_ACCESSIBLE,
                                    NUMA_NO_NODE);
}

static inline void *memblock_alloc_from(phys_addr_t size, phys_addr_t align,
                                        phys_addr_t min_addr) {
  return memblock_alloc_try_nid(size, align, min_addr, MEMBLOCK_ALLOC_ACCESSIBLE, NUMA_NO_NODE);
}

/* Below 4 GiB. */
static inline void *memblock_alloc_low(phys_addr_t size, phys_addr_t align) {
  return memblock_alloc_try_nid(size, align, MEMBLOCK_LOW_LIMIT, 0xffffffffUL, NUMA_NO_NODE);
}

static inline void *memblock_alloc_node(phys_addr_t size, phys_addr_t align, int nid) {
  return memblock_alloc_try_nid(size, align, MEMBLOCK_LOW_LIMIT, MEMBLOCK_ALLOC_ACCESSIBLE, nid);
}

/*
 * Memory with a name, as Linux's boot option reserve_mem=size:align:name makes it. At most 8
 * names of 1 to 15 bytes, not all blank; `align` is at least 64. Returns 0 and the address (where
 * `start` is not null), -EINVAL (-22) for such a name or no bytes, -EBUSY (-16) for a name that
 * is taken or one too many, -ENOMEM (-12).
 */
int memblock_reserve_mem(phys_addr_t size, phys_addr_t align, const char *name,
                         phys_addr_t *start);
/* 1 and the memory of that name, or 0. Answers after the handing over too. */
int reserve_mem_find_by_name(const char *name, phys_addr_t *start, phys_addr_t *size);

/* How to allocate. */
void memblock_set_bottom_up(bool enable);
bool memblock_bottom_up(void);
void memblock_set_current_limit(phys_addr_t limit);
phys_addr_t memblock_get_current_limit(void);
void memblock_allow_resize(void);
/* Whether only what memblock_mark_kho_scratch has marked is allocated. */
void memblock_set_kho_scratch_only(void);
void memblock_clear_kho_scratch_only(void);
bool memblock_has_mirror(void);

/* Cutting the memory down. */
void memblock_trim_memory(phys_addr_t align);
void memblock_enforce_memory_limit(phys_addr_t limit);
void memblock_cap_memory_range(phys_addr_t base, phys_addr_t size);
void memblock_mem_limit_remove_map(phys_addr_t limit);

/* Questions. */
bool memblock_is_memory(phys_addr_t addr);
bool memblock_is_map_memory(phys_addr_t addr);
bool memblock_is_reserved(phys_addr_t addr);
bool memblock_is_region_memory(phys_addr_t base, phys_addr_t size);
bool memblock_is_region_reserved(phys_addr_t base, phys_addr_t size);
bool memblock_overlaps_region(struct memblock_type *type, phys_addr_t base, phys_addr_t size);
unsigned long memblock_addrs_overlap(phys_addr_t base1, phys_addr_t size1, phys_addr_t base2,
                                     phys_addr_t size2);
phys_addr_t memblock_phys_mem_size(void);
phys_addr_t memblock_reserved_size(void);
/* What has MEMBLOCK_RSRV_KERN or MEMBLOCK_RSRV_HUGETLB below `limit`, on a node or on any. */
phys_addr_t memblock_reserved_kern_size(phys_addr_t limit, int nid);
phys_addr_t memblock_reserved_hugetlb_size(phys_addr_t limit, int nid);
phys_addr_t memblock_start_of_DRAM(void);
phys_addr_t memblock_end_of_DRAM(void);
unsigned long memblock_estimated_nr_free_pages(void);
bool memblock_validate_numa_coverage(unsigned long threshold_bytes);
int memblock_search_pfn_nid(unsigned long pfn, unsigned long *start_pfn, unsigned long *end_pfn);

/*
 * Handing over. What memblock_free_all finds goes to the receiver: reserved ranges first (in
 * bytes, with their node), then the free blocks of 2^order pages, then the number of pages.
 * Frames at and above max_low_pfn are not handed over. The tables stay as they are until
 * memblock_discard, which empties them; every function that would change them fails from then on.
 */
struct memblock_receiver {
  void *context;
  void (*reserve)(void *context, phys_addr_t start, phys_addr_t end, int nid);
  void (*release)(void *context, unsigned long pfn, unsigned int order);
  void (*total)(void *context, unsigned long pages);
};

extern unsigned long max_low_pfn;
void memblock_set_receiver(const struct memblock_receiver *receiver);
void memblock_free_all(void);
/*
 * Gives the pages of a range that was reserved to the receiver after memblock_free_all. A range
 * that ends above the memory handed over there is refused with a line in the log.
 */
void memblock_free_late(phys_addr_t base, phys_addr_t size);
/* Gives the memory of grown tables to the receiver, after memblock_free_all. */
void memblock_discard(void);

/*
 * The log: Linux's text, a byte at a time; nothing is written before memblock_set_log.
 * memblock_dump_all writes only while debug is on, as in Linux.
 */
void memblock_set_log(void (*write_byte)(unsigned char byte));
void memblock_set_debug(bool on);
void memblock_dump_all(void);
/* Writes a table as Linux's file /sys/kernel/debug/memblock/memory shows it: a line a region. */
void memblock_debug_show(const struct memblock_type *type,
                         void (*write_byte)(unsigned char byte));

/* What the iterators below are made of. A cursor of ~0 is the end. */
void __next_mem_range(uint64_t *cursor, int nid, enum memblock_flags flags,
                      struct memblock_type *type_a, struct memblock_type *type_b,
                      phys_addr_t *out_start, phys_addr_t *out_end, int *out_nid);
void __next_mem_range_rev(uint64_t *cursor, int nid, enum memblock_flags flags,
                          struct memblock_type *type_a, struct memblock_type *type_b,
                          phys_addr_t *out_start, phys_addr_t *out_end, int *out_nid);
void __next_mem_pfn_range(int *cursor, int nid, unsigned long *out_start_pfn,
                          unsigned long *out_end_pfn, int *out_nid);

/*
 * Iterators. `i` is a uint64_t (an int for the page-frame ones) that belongs to the loop; the
 * outputs are pointers, and those to a node may be null. Ends are exclusive. An empty range
 * comes where two reservations touch and have not merged.
 */
#define MEMBLOCK_EACH(next, first, i, type_a, type_b, nid, flags, p_start, p_end, p_nid)        \
  for ((i) = (first), next(&(i), nid, flags, type_a, type_b, p_start, p_end, p_nid);            \
       (i) != ~(uint64_t)0; next(&(i), nid, flags, type_a, type_b, p_start, p_end, p_nid))

/* `flags` is an int there, so that sets of flags can be written in C++ too. */
#define MEMBLOCK_FLAGS(flags) ((enum memblock_flags)(flags))

/* Regions of a table. */
#define for_each_mem_region(region)                                                             \
  for (region = memblock_next_region(&memblock.memory, NULL); region;                           \
       region = memblock_next_region(&memblock.memory, region))
#define for_each_reserved_mem_region(region)                                                    \
  for (region = memblock_next_region(&memblock.reserved, NULL); region;                         \
       region = memblock_next_region(&memblock.reserved, region))

/* Memory, but for what must not be mapped. */
#define for_each_mem_range(i, p_start, p_end)                                                   \
  MEMBLOCK_EACH(__next_mem_range, 0, i, &memblock.memory, NULL, NUMA_NO_NODE,                   \
                MEMBLOCK_FLAGS(MEMBLOCK_HOTPLUG | MEMBLOCK_DRIVER_MANAGED), p_start, p_end, NULL)
#define for_each_mem_range_rev(i, p_start, p_end)                                               \
  MEMBLOCK_EACH(__next_mem_range_rev, ~(uint64_t)0, i, &memblock.memory, NULL, NUMA_NO_NODE,    \
                MEMBLOCK_FLAGS(MEMBLOCK_HOTPLUG | MEMBLOCK_DRIVER_MANAGED), p_start, p_end, NULL)
#define for_each_reserved_mem_range(i, p_start, p_end)                                          \
  MEMBLOCK_EACH(__next_mem_range, 0, i, &memblock.reserved, NULL, NUMA_NO_NODE, MEMBLOCK_NONE,  \
                p_start, p_end, NULL)

/* Memory that nobody has reserved, on a node (NUMA_NO_NODE: any) and with these flags. */
#define for_each_free_mem_range(i, nid, flags, p_start, p_end, p_nid)                           \
  MEMBLOCK_EACH(__next_mem_range, 0, i, &memblock.memory, &memblock.reserved, nid,              \
                MEMBLOCK_FLAGS(flags), p_start, p_end, p_nid)
#define for_each_free_mem_range_reverse(i, nid, flags, p_start, p_end, p_nid)                   \
  MEMBLOCK_EACH(__next_mem_range_rev, ~(uint64_t)0, i, &memblock.memory, &memblock.reserved,    \
                nid, MEMBLOCK_FLAGS(flags), p_start, p_end, p_nid)

/* Physical memory, but for what is in the table `type` (null: all of it). */
#define for_each_physmem_range(i, type, p_start, p_end)                                         \
  MEMBLOCK_EACH(__next_mem_range, 0, i, &physmem, type, NUMA_NO_NODE, MEMBLOCK_NONE, p_start,   \
                p_end, NULL)

/* Whole pages of memory, as frame numbers, on a node (MAX_NUMNODES: all nodes). */
#define for_each_mem_pfn_range(i, nid, p_start, p_end, p_nid)                                   \
  for ((i) = -1, __next_mem_pfn_range(&(i), nid, p_start, p_end, p_nid); (i) >= 0;              \
       __next_mem_pfn_range(&(i), nid, p_start, p_end, p_nid))

/* A region's node; memblock_set_region_node changes the caller's copy, not the table. */
static inline int memblock_get_region_node(const struct memblock_region *region) {
  return region->nid;
}
static inline void memblock_set_region_node(struct memblock_region *region, int nid) {
  region->nid = nid;
}

/* The whole pages (4 KiB) of a region of memory, and all pages that a reservation touches. */
static inline unsigned long memblock_region_memory_base_pfn(const struct memblock_region *region) {
  return (unsigned long)((region->base + 0xfff) >> 12);
}
static inline unsigned long memblock_region_memory_end_pfn(const struct memblock_region *region) {
  return (unsigned long)((region->base + region->size) >> 12);
}
static inline unsigned long memblock_region_reserved_base_pfn(
    const struct memblock_region *region) {
  return (unsigned long)(region->base >> 12);
}
static inline unsigned long memblock_region_reserved_end_pfn(
    const struct memblock_region *region) {
  return (unsigned long)((region->base + region->size + 0xfff) >> 12);
}

static inline bool memblock_is_hotpluggable(const struct memblock_region *region) {
  return (region->flags & MEMBLOCK_HOTPLUG) != 0;
}
static inline bool memblock_is_mirror(const struct memblock_region *region) {
  return (region->flags & MEMBLOCK_MIRROR) != 0;
}
static inline bool memblock_is_nomap(const struct memblock_region *region) {
  return (region->flags & MEMBLOCK_NOMAP) != 0;
}
static inline bool memblock_is_reserved_noinit(const struct memblock_region *region) {
  return (region->flags & MEMBLOCK_RSRV_NOINIT) != 0;
}
static inline bool memblock_is_kho_scratch(const struct memblock_region *region) {
  return (region->flags & MEMBLOCK_KHO_SCRATCH) != 0;
}
static inline bool memblock_is_driver_managed(const struct memblock_region *region) {
  return (region->flags & MEMBLOCK_DRIVER_MANAGED) != 0;
}

#ifdef __cplusplus
}
#endif

#endif
