/*
 * memblock.h - the boot-time memory allocator of swift-memblock, for C and C++.
 *
 * Names, argument order, return values and errno values are those of Linux 7.3, and of Linux
 * 6.12 for what has gone since, so that code which speaks to Linux's memblock can speak to this
 * one. Link with libmemblock.a; it needs nothing but memcpy, memmove, memset and memcmp.
 *
 * Addresses and sizes are physical, in bytes; page frames have 4096 bytes. A range that passes
 * the end of the address space is cut there. Functions that return int return 0, or an errno
 * value below 0: -ENOMEM (-12) where a table is full and can't grow, -EINVAL (-22) for a node or
 * flags that don't exist, -ENODEV (-19) after memblock_discard.
 *
 * Where Linux would stop, this returns: a full table that may not grow gives -ENOMEM (Linux
 * panics), and memblock_end_of_DRAM of an empty table gives 0 (Linux reads outside its array).
 *
 * A system that has some of these names says so before it includes this:
 *   MEMBLOCK_HAS_PHYS_ADDR_T   its own phys_addr_t, of 64 bits, is used
 *   NUMA_NO_NODE, MAX_NUMNODES left alone where they are defined; must be -1 and 1024
 *   MEMBLOCK_NO_LOOPS          leaves out the for_each_ macros, which are not prefixed
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

/* An array of a negative size where the system's phys_addr_t is not the library's. */
typedef char memblock_phys_addr_t_has_64_bits[sizeof(phys_addr_t) == 8 ? 1 : -1];

/* For the upper bound of an allocation. */
#define MEMBLOCK_ALLOC_ANYWHERE (~(phys_addr_t)0)
#define MEMBLOCK_ALLOC_ACCESSIBLE 0 /* up to the current limit */
#define MEMBLOCK_ALLOC_NOLEAKTRACE 1 /* the same */
#define MEMBLOCK_LOW_LIMIT 0

/**
 * enum memblock_flags - what is special about a region
 * @MEMBLOCK_NONE: nothing
 * @MEMBLOCK_HOTPLUG: memory that can be unplugged
 * @MEMBLOCK_MIRROR: memory that the hardware keeps twice
 * @MEMBLOCK_NOMAP: memory that stays out of the direct map
 * @MEMBLOCK_DRIVER_MANAGED: memory found by a driver, not by the firmware
 * @MEMBLOCK_RSRV_NOINIT: a reservation whose page metadata its owner sets up
 * @MEMBLOCK_RSRV_KERN: a reservation that the kernel made for itself (Linux 6.16)
 * @MEMBLOCK_KHO_SCRATCH: memory that a former kernel has left for the start (Linux 7.3)
 * @MEMBLOCK_RSRV_HUGETLB: a reservation for huge pages (Linux 7.3)
 */
enum memblock_flags {
  MEMBLOCK_NONE = 0x0,
  MEMBLOCK_HOTPLUG = 0x1,
  MEMBLOCK_MIRROR = 0x2,
  MEMBLOCK_NOMAP = 0x4,
  MEMBLOCK_DRIVER_MANAGED = 0x8,
  MEMBLOCK_RSRV_NOINIT = 0x10,
  MEMBLOCK_RSRV_KERN = 0x20,
  MEMBLOCK_KHO_SCRATCH = 0x40,
  MEMBLOCK_RSRV_HUGETLB = 0x80
};

/**
 * struct memblock_region - a region of a table
 * @base: the address of the first byte
 * @size: the length in bytes, never 0
 * @flags: what is special about it
 * @nid: the node; MAX_NUMNODES where nobody has set one
 */
struct memblock_region {
  phys_addr_t base;
  phys_addr_t size;
  enum memblock_flags flags;
  int32_t nid;
};

/**
 * struct memblock_type - a table: regions that are sorted and disjoint
 * @cnt: how many there are
 * @max: how many fit before the table has to grow
 * @total_size: the sum of their sizes; what memblock_trim_memory has cut off still counts
 * @internal: the library's own
 * @name: "memory", "reserved" or "physmem"
 *
 * The regions themselves are read with the loops below, memblock_get_region or
 * memblock_get_regions: the library keeps them in another form than an array of these.
 */
struct memblock_type {
  unsigned long cnt;
  unsigned long max;
  phys_addr_t total_size;
  void *internal;
  const char *name;
};

/**
 * struct memblock - the tables and settings, up to date after every call
 * @bottom_up: whether allocations take the lowest address that fits
 * @current_limit: nothing at or above is allocated, unless a call says otherwise
 * @memory: the memory that the kernel may use
 * @reserved: what is taken, memory or not
 *
 * For reading: what is written here is overwritten.
 */
struct memblock {
  bool bottom_up;
  phys_addr_t current_limit;
  struct memblock_type memory;
  struct memblock_type reserved;
};

extern struct memblock memblock;

/* The memory that is there, whatever limits were set: Linux's physmem. */
extern struct memblock_type memblock_physmem;

/* ---- Setting up ---- */

/**
 * memblock_set_window - says where physical memory can be seen
 * @base: the first physical address
 * @size: how many bytes can be seen
 * @address: where the first is mapped
 *
 * Growing a table and the functions that return pointers need it. Without it the first fails
 * with -ENOMEM, and the others write a line to the log, allocate nothing and return null. A
 * second call replaces the window; tables that have grown must lie in the new one.
 */
void memblock_set_window(phys_addr_t base, phys_addr_t size, void *address);

/**
 * memblock_allow_resize - lets full tables grow, once there is a window
 *
 * To be called when everything is reserved that must not be overwritten.
 */
void memblock_allow_resize(void);

/**
 * enum memblock_linux - versions of Linux, where they compute different things
 * @MEMBLOCK_LINUX_6_12: 6.12
 * @MEMBLOCK_LINUX_7_3: 7.3, as at the start: it marks the reservations that the kernel makes for
 *   itself, allocations among them, with MEMBLOCK_RSRV_KERN and the node that was asked for, and
 *   what is freed after memblock_free_all goes to the receiver
 */
enum memblock_linux { MEMBLOCK_LINUX_6_12 = 612, MEMBLOCK_LINUX_7_3 = 703 };

/**
 * memblock_set_linux_rules - chooses which Linux to be like
 * @version: the version
 */
void memblock_set_linux_rules(enum memblock_linux version);

/**
 * memblock_set_kho_scratch_only - allocates nothing but scratch memory from now on
 *
 * Until memblock_clear_kho_scratch_only or memblock_free_all. Linux 7.3.
 */
void memblock_set_kho_scratch_only(void);

/**
 * memblock_clear_kho_scratch_only - allocates any memory again
 */
void memblock_clear_kho_scratch_only(void);

/**
 * memblock_set_movable_node - Linux's boot option movable_node
 * @on: whether hot-pluggable memory is kept free
 */
void memblock_set_movable_node(bool on);

/**
 * memblock_set_mirrored_kernelcore - Linux's boot option kernelcore=mirror
 * @on: whether memblock_mark_mirror has an effect
 */
void memblock_set_mirrored_kernelcore(bool on);

/**
 * memblock_set_bottom_up - chooses the direction of allocations
 * @enable: whether they take the lowest address that fits, not the highest
 */
void memblock_set_bottom_up(bool enable);

/**
 * memblock_bottom_up - tells the direction of allocations
 *
 * Return: whether they take the lowest address that fits.
 */
bool memblock_bottom_up(void);

/**
 * memblock_set_current_limit - limits allocations
 * @limit: nothing at or above this address is allocated, unless a call says otherwise
 */
void memblock_set_current_limit(phys_addr_t limit);

/**
 * memblock_get_current_limit - tells the limit of allocations
 *
 * Return: the address; MEMBLOCK_ALLOC_ANYWHERE at the start.
 */
phys_addr_t memblock_get_current_limit(void);

/* ---- Adding and removing. O(log n), plus the regions covered, plus one move in bulk ---- */

/**
 * memblock_add - adds memory of no node
 * @base: the first byte
 * @size: the length in bytes
 *
 * What is there already keeps its node and flags.
 * Return: 0; -ENOMEM; -EBUSY (-16) where a table whose memory had been removed lies there.
 */
int memblock_add(phys_addr_t base, phys_addr_t size);

/**
 * memblock_add_node - adds memory of a node
 * @base: the first byte
 * @size: the length in bytes
 * @nid: the node
 * @flags: what is special about it
 *
 * Return: as memblock_add; -EINVAL.
 */
int memblock_add_node(phys_addr_t base, phys_addr_t size, int nid, enum memblock_flags flags);

/**
 * memblock_remove - forgets memory; what is reserved there stays reserved
 * @base: the first byte
 * @size: the length in bytes
 *
 * Return: 0 or -ENOMEM.
 */
int memblock_remove(phys_addr_t base, phys_addr_t size);

/**
 * memblock_reserve - takes a range, whether there is memory or not
 * @base: the first byte
 * @size: the length in bytes
 *
 * Return: 0 or -ENOMEM.
 */
int memblock_reserve(phys_addr_t base, phys_addr_t size);

/**
 * __memblock_reserve - takes a range for a node, under any rules
 * @base: the first byte
 * @size: the length in bytes
 * @nid: the node; NUMA_NO_NODE for none
 * @flags: what is special about it
 *
 * Return: 0; -ENOMEM; -EINVAL.
 */
int __memblock_reserve(phys_addr_t base, phys_addr_t size, int nid, enum memblock_flags flags);

/**
 * memblock_reserve_kern - takes a range for the kernel itself, under any rules
 * @base: the first byte
 * @size: the length in bytes
 *
 * Return: 0 or -ENOMEM.
 */
static inline int memblock_reserve_kern(phys_addr_t base, phys_addr_t size) {
  return __memblock_reserve(base, size, NUMA_NO_NODE, MEMBLOCK_RSRV_KERN);
}

/**
 * memblock_phys_free - gives back what was taken, whoever took it
 * @base: the first byte
 * @size: the length in bytes
 *
 * After memblock_free_all, by the rules of Linux 7.3, as memblock_free_late.
 * Return: 0; -ENOMEM; -EBUSY (-16), and nothing is freed, where a table in use lies there.
 */
int memblock_phys_free(phys_addr_t base, phys_addr_t size);

/**
 * memblock_free - gives back what a function that returns a pointer has allocated
 * @pointer: where it is seen through the window; nothing happens outside of it
 * @size: the length in bytes
 */
void memblock_free(void *pointer, size_t size);

/**
 * memblock_physmem_add - adds to the memory that is there, whatever limits are set
 * @base: the first byte
 * @size: the length in bytes
 *
 * Not there where the library was built with the package's trait WithoutPhysmem.
 * Return: 0 or -ENOMEM.
 */
int memblock_physmem_add(phys_addr_t base, phys_addr_t size);

/* ---- Marks. Regions that cross an end of the range are split there ---- */

/**
 * memblock_mark_hotplug - marks memory that can be unplugged
 * @base: the first byte
 * @size: the length in bytes
 *
 * Return: 0 or -ENOMEM.
 */
int memblock_mark_hotplug(phys_addr_t base, phys_addr_t size);

/**
 * memblock_clear_hotplug - takes the mark of memory that can be unplugged away
 * @base: the first byte
 * @size: the length in bytes
 *
 * Return: 0 or -ENOMEM.
 */
int memblock_clear_hotplug(phys_addr_t base, phys_addr_t size);

/**
 * memblock_mark_mirror - marks memory that is mirrored, and preferred from now on
 * @base: the first byte
 * @size: the length in bytes
 *
 * Does nothing before memblock_set_mirrored_kernelcore(true).
 * Return: 0 or -ENOMEM.
 */
int memblock_mark_mirror(phys_addr_t base, phys_addr_t size);

/**
 * memblock_mark_nomap - marks memory that must stay out of the direct map
 * @base: the first byte
 * @size: the length in bytes
 *
 * Return: 0 or -ENOMEM.
 */
int memblock_mark_nomap(phys_addr_t base, phys_addr_t size);

/**
 * memblock_clear_nomap - takes the mark of memory that must not be mapped away
 * @base: the first byte
 * @size: the length in bytes
 *
 * Return: 0 or -ENOMEM.
 */
int memblock_clear_nomap(phys_addr_t base, phys_addr_t size);

/**
 * memblock_reserved_mark_noinit - marks reservations whose page metadata their owner sets up
 * @base: the first byte
 * @size: the length in bytes
 *
 * Return: 0 or -ENOMEM.
 */
int memblock_reserved_mark_noinit(phys_addr_t base, phys_addr_t size);

/**
 * memblock_reserved_mark_kern - marks reservations that the kernel made for itself
 * @base: the first byte
 * @size: the length in bytes
 *
 * Return: 0 or -ENOMEM.
 */
int memblock_reserved_mark_kern(phys_addr_t base, phys_addr_t size);

/**
 * memblock_mark_kho_scratch - marks memory that a former kernel has left for the start
 * @base: the first byte
 * @size: the length in bytes
 *
 * Return: 0 or -ENOMEM.
 */
int memblock_mark_kho_scratch(phys_addr_t base, phys_addr_t size);

/**
 * memblock_clear_kho_scratch - takes the mark of scratch memory away
 * @base: the first byte
 * @size: the length in bytes
 *
 * Return: 0 or -ENOMEM.
 */
int memblock_clear_kho_scratch(phys_addr_t base, phys_addr_t size);

/**
 * memblock_set_node - gives the regions of a range to a node
 * @base: the first byte
 * @size: the length in bytes
 * @type: &memblock.memory or &memblock.reserved
 * @nid: the node
 *
 * Return: 0; -ENOMEM; -EINVAL.
 */
int memblock_set_node(phys_addr_t base, phys_addr_t size, struct memblock_type *type, int nid);

/* ---- Allocation. `align` is a power of two in bytes; 0 stands for 64. O(log n) ---- */

/**
 * memblock_alloc_range_nid - allocates physical memory
 * @size: the bytes wanted
 * @align: what the address must be a multiple of
 * @start: nothing below is given, nor the first page
 * @end: nothing at or above is given; MEMBLOCK_ALLOC_ACCESSIBLE for the current limit
 * @nid: the node that is tried first; NUMA_NO_NODE for any
 * @exact_nid: whether no other node is tried
 *
 * Return: the address, 0 where there is no memory.
 */
phys_addr_t memblock_alloc_range_nid(phys_addr_t size, phys_addr_t align, phys_addr_t start,
                                     phys_addr_t end, int nid, bool exact_nid);

/**
 * memblock_phys_alloc_range - allocates physical memory within bounds, of any node
 * @size: the bytes wanted
 * @align: what the address must be a multiple of
 * @start: nothing below is given
 * @end: nothing at or above is given; MEMBLOCK_ALLOC_ACCESSIBLE for the current limit
 *
 * Return: the address, 0 where there is no memory.
 */
phys_addr_t memblock_phys_alloc_range(phys_addr_t size, phys_addr_t align, phys_addr_t start,
                                      phys_addr_t end);

/**
 * memblock_phys_alloc_try_nid - allocates physical memory of a node, or else of another
 * @size: the bytes wanted
 * @align: what the address must be a multiple of
 * @nid: the node that is tried first
 *
 * Return: the address, 0 where there is no memory.
 */
phys_addr_t memblock_phys_alloc_try_nid(phys_addr_t size, phys_addr_t align, int nid);

/**
 * memblock_alloc_try_nid - allocates memory, filled with zeros, and shows it through the window
 * @size: the bytes wanted
 * @align: what the physical address must be a multiple of
 * @min_addr: preferred lower bound: where nothing above it is free, memory below is taken
 * @max_addr: nothing at or above is given; MEMBLOCK_ALLOC_ACCESSIBLE for the current limit
 * @nid: the node that is tried first; NUMA_NO_NODE for any
 *
 * Return: where the memory is seen, null where there is none, or no window shows it.
 */
void *memblock_alloc_try_nid(phys_addr_t size, phys_addr_t align, phys_addr_t min_addr,
                             phys_addr_t max_addr, int nid);

/**
 * memblock_alloc_try_nid_raw - as memblock_alloc_try_nid, but leaves the contents alone
 * @size: the bytes wanted
 * @align: what the physical address must be a multiple of
 * @min_addr: preferred lower bound
 * @max_addr: upper bound
 * @nid: the node that is tried first
 *
 * Return: where the memory is seen, or null.
 */
void *memblock_alloc_try_nid_raw(phys_addr_t size, phys_addr_t align, phys_addr_t min_addr,
                                 phys_addr_t max_addr, int nid);

/**
 * memblock_alloc_exact_nid_raw - as memblock_alloc_try_nid_raw, of that node only
 * @size: the bytes wanted
 * @align: what the physical address must be a multiple of
 * @min_addr: preferred lower bound
 * @max_addr: upper bound
 * @nid: the node
 *
 * Return: where the memory is seen, or null.
 */
void *memblock_alloc_exact_nid_raw(phys_addr_t size, phys_addr_t align, phys_addr_t min_addr,
                                   phys_addr_t max_addr, int nid);

/**
 * memblock_alloc_hugetlb - allocates a huge page, and leaves its contents alone
 * @size: the bytes wanted, and what the address is a multiple of
 * @nid: the node that is tried first; NUMA_NO_NODE for any
 * @exact_nid: whether no other node is tried
 *
 * Mirrored memory is not preferred. Linux 7.3.
 * Return: where the memory is seen, or null.
 */
void *memblock_alloc_hugetlb(phys_addr_t size, int nid, bool exact_nid);

/**
 * memblock_phys_alloc - allocates physical memory below the current limit
 * @size: the bytes wanted
 * @align: what the address must be a multiple of
 *
 * Return: the address, 0 where there is no memory.
 */
static inline phys_addr_t memblock_phys_alloc(phys_addr_t size, phys_addr_t align) {
  return memblock_phys_alloc_range(size, align, 0, MEMBLOCK_ALLOC_ACCESSIBLE);
}

/**
 * memblock_alloc - allocates memory, filled with zeros
 * @size: the bytes wanted
 * @align: what the physical address must be a multiple of
 *
 * Return: where the memory is seen, or null.
 */
static inline void *memblock_alloc(phys_addr_t size, phys_addr_t align) {
  return memblock_alloc_try_nid(size, align, MEMBLOCK_LOW_LIMIT, MEMBLOCK_ALLOC_ACCESSIBLE,
                                NUMA_NO_NODE);
}

/**
 * memblock_alloc_raw - allocates memory and leaves its contents alone
 * @size: the bytes wanted
 * @align: what the physical address must be a multiple of
 *
 * Return: where the memory is seen, or null.
 */
static inline void *memblock_alloc_raw(phys_addr_t size, phys_addr_t align) {
  return memblock_alloc_try_nid_raw(size, align, MEMBLOCK_LOW_LIMIT, MEMBLOCK_ALLOC_ACCESSIBLE,
                                    NUMA_NO_NODE);
}

/**
 * memblock_alloc_from - allocates memory, filled with zeros, with a preferred lower bound
 * @size: the bytes wanted
 * @align: what the physical address must be a multiple of
 * @min_addr: where nothing above it is free, memory below is taken
 *
 * Return: where the memory is seen, or null.
 */
static inline void *memblock_alloc_from(phys_addr_t size, phys_addr_t align,
                                        phys_addr_t min_addr) {
  return memblock_alloc_try_nid(size, align, min_addr, MEMBLOCK_ALLOC_ACCESSIBLE, NUMA_NO_NODE);
}

/**
 * memblock_alloc_low - allocates memory below 4 GiB, filled with zeros
 * @size: the bytes wanted
 * @align: what the physical address must be a multiple of
 *
 * Return: where the memory is seen, or null.
 */
static inline void *memblock_alloc_low(phys_addr_t size, phys_addr_t align) {
  return memblock_alloc_try_nid(size, align, MEMBLOCK_LOW_LIMIT, 0xffffffffUL, NUMA_NO_NODE);
}

/**
 * memblock_alloc_node - allocates memory of a node, or else of another, filled with zeros
 * @size: the bytes wanted
 * @align: what the physical address must be a multiple of
 * @nid: the node that is tried first
 *
 * Return: where the memory is seen, or null.
 */
static inline void *memblock_alloc_node(phys_addr_t size, phys_addr_t align, int nid) {
  return memblock_alloc_try_nid(size, align, MEMBLOCK_LOW_LIMIT, MEMBLOCK_ALLOC_ACCESSIBLE, nid);
}

/**
 * memblock_set_panic - says how memblock_alloc_or_panic stops
 * @stop: is called when the line is in the log, and must not return; null for a trap, as at the
 *   start
 */
void memblock_set_panic(void (*stop)(void));

/**
 * __memblock_alloc_or_panic - what memblock_alloc_or_panic is made of
 * @size: the bytes wanted
 * @align: what the physical address must be a multiple of
 * @func: who asks, for the log
 *
 * Return: where the memory is seen, filled with zeros; never null.
 */
void *__memblock_alloc_or_panic(phys_addr_t size, phys_addr_t align, const char *func);

/* Memory filled with zeros, or the end: Linux 6.14. */
#define memblock_alloc_or_panic(size, align) __memblock_alloc_or_panic(size, align, __func__)

/**
 * memblock_reserve_mem - Linux's boot option reserve_mem=size:align:name
 * @size: the bytes wanted
 * @align: what the address must be a multiple of, at least 64
 * @name: 1 to 15 bytes, not all blank
 * @start: takes the address, may be null
 *
 * There can be 8 names.
 * Return: 0; -EINVAL (-22) for such a name or no bytes; -EBUSY (-16) for a name that is taken or
 * one too many; -ENOMEM (-12).
 */
int memblock_reserve_mem(phys_addr_t size, phys_addr_t align, const char *name,
                         phys_addr_t *start);

/**
 * reserve_mem_find_by_name - finds memory that was reserved by a name
 * @name: the name
 * @start: takes the address
 * @size: takes the length in bytes
 *
 * Answers after memblock_discard too.
 * Return: 1, or 0 where no memory has the name.
 */
int reserve_mem_find_by_name(const char *name, phys_addr_t *start, phys_addr_t *size);

/**
 * reserve_mem_release_by_name - gives memory that was reserved by a name to the receiver
 * @name: the name, which is forgotten
 *
 * After memblock_free_all. What the window shows of it is filled with zeros. Linux 7.3.
 * Return: 1, or 0 where no memory has the name.
 */
int reserve_mem_release_by_name(const char *name);

/* ---- Cutting the memory down ---- */

/**
 * memblock_trim_memory - shrinks each region of memory to multiples of a size
 * @align: the size in bytes, a power of two
 */
void memblock_trim_memory(phys_addr_t align);

/**
 * memblock_enforce_memory_limit - keeps the lowest memory, and reservations below its end
 * @limit: how many bytes are kept; 0 for all
 *
 * Nothing is cut where a table in use lies above.
 */
void memblock_enforce_memory_limit(phys_addr_t limit);

/**
 * memblock_cap_memory_range - keeps the memory and the reservations of a range
 * @base: the first byte
 * @size: the length in bytes; 0 for all
 *
 * MEMBLOCK_NOMAP memory stays wherever it is.
 */
void memblock_cap_memory_range(phys_addr_t base, phys_addr_t size);

/**
 * memblock_mem_limit_remove_map - keeps the lowest memory, and MEMBLOCK_NOMAP memory anywhere
 * @limit: how many bytes are kept; 0 for all
 */
void memblock_mem_limit_remove_map(phys_addr_t limit);

/* ---- Questions. Those about an address or a range take O(log n) ---- */

/**
 * memblock_is_memory - whether there is memory at an address
 * @addr: the address
 */
bool memblock_is_memory(phys_addr_t addr);

/**
 * memblock_is_map_memory - whether there is memory at an address that may be mapped
 * @addr: the address
 */
bool memblock_is_map_memory(phys_addr_t addr);

/**
 * memblock_is_reserved - whether an address is taken
 * @addr: the address
 */
bool memblock_is_reserved(phys_addr_t addr);

/**
 * memblock_is_region_memory - whether one region of memory holds all of a range
 * @base: the first byte
 * @size: the length in bytes
 */
bool memblock_is_region_memory(phys_addr_t base, phys_addr_t size);

/**
 * memblock_is_region_reserved - whether some of a range is taken
 * @base: the first byte
 * @size: the length in bytes
 */
bool memblock_is_region_reserved(phys_addr_t base, phys_addr_t size);

/**
 * memblock_overlaps_region - whether a region of a table shares a byte with a range
 * @type: &memblock.memory, &memblock.reserved or &memblock_physmem
 * @base: the first byte
 * @size: the length in bytes
 */
bool memblock_overlaps_region(struct memblock_type *type, phys_addr_t base, phys_addr_t size);

/**
 * memblock_addrs_overlap - whether two ranges share a byte
 * @base1: the first byte of one
 * @size1: its length in bytes
 * @base2: the first byte of the other
 * @size2: its length in bytes
 *
 * Return: 1 or 0.
 */
unsigned long memblock_addrs_overlap(phys_addr_t base1, phys_addr_t size1, phys_addr_t base2,
                                     phys_addr_t size2);

/**
 * memblock_has_mirror - whether some memory has been marked as mirrored
 */
bool memblock_has_mirror(void);

/**
 * memblock_phys_mem_size - the total size of the memory in bytes
 */
phys_addr_t memblock_phys_mem_size(void);

/**
 * memblock_reserved_size - the total size of the reservations in bytes
 */
phys_addr_t memblock_reserved_size(void);

/**
 * memblock_reserved_kern_size - the bytes of reservations with MEMBLOCK_RSRV_KERN
 * @limit: no byte at or above counts
 * @nid: the node; NUMA_NO_NODE for any
 *
 * Linux 7.3. O(n).
 */
phys_addr_t memblock_reserved_kern_size(phys_addr_t limit, int nid);

/**
 * memblock_reserved_hugetlb_size - the bytes of reservations with MEMBLOCK_RSRV_HUGETLB
 * @limit: no byte at or above counts
 * @nid: the node; NUMA_NO_NODE for any
 *
 * Linux 7.3. O(n).
 */
phys_addr_t memblock_reserved_hugetlb_size(phys_addr_t limit, int nid);

/**
 * memblock_start_of_DRAM - the lowest address of memory; 0 where there is none
 */
phys_addr_t memblock_start_of_DRAM(void);

/**
 * memblock_end_of_DRAM - the address past the highest byte of memory; 0 where there is none
 */
phys_addr_t memblock_end_of_DRAM(void);

/**
 * memblock_estimated_nr_free_pages - the frames of memory less those of the reservations
 */
unsigned long memblock_estimated_nr_free_pages(void);

/**
 * memblock_validate_numa_coverage - whether at most so much memory is on no node
 * @threshold_bytes: so much, in bytes
 */
bool memblock_validate_numa_coverage(unsigned long threshold_bytes);

/**
 * memblock_search_pfn_nid - finds the region of memory that a page frame starts in
 * @pfn: the frame
 * @start_pfn: takes the region's first frame
 * @end_pfn: takes the frame past its last whole one
 *
 * Return: the node, -1 where there is no memory.
 */
int memblock_search_pfn_nid(unsigned long pfn, unsigned long *start_pfn, unsigned long *end_pfn);

/* ---- Handing over ---- */

/**
 * struct memblock_receiver - who takes over the memory; each function may be null
 * @context: what the functions get
 * @reserve: gets each reserved range, in bytes, and its node
 * @release: gets each free block: its first frame, and the order of its size in frames
 * @total: gets the number of frames released, last of all
 */
struct memblock_receiver {
  void *context;
  void (*reserve)(void *context, phys_addr_t start, phys_addr_t end, int nid);
  void (*release)(void *context, unsigned long pfn, unsigned int order);
  void (*total)(void *context, unsigned long pages);
};

/* Linux's max_low_pfn: frames at and above are not handed over. 0, so none are, until set. */
extern unsigned long memblock_max_low_pfn;

/**
 * memblock_set_receiver - says who takes over the memory
 * @receiver: is copied; null for nobody
 */
void memblock_set_receiver(const struct memblock_receiver *receiver);

/**
 * memblock_free_all - hands over what is reserved, then what is free
 *
 * The tables stay as they are until memblock_discard.
 */
void memblock_free_all(void);

/**
 * memblock_free_late - hands over the frames of a range that was reserved
 * @base: the first byte
 * @size: the length in bytes
 *
 * After memblock_free_all. A range that ends above the memory handed over there is refused with
 * a line in the log. Linux 6.12.
 */
void memblock_free_late(phys_addr_t base, phys_addr_t size);

/**
 * memblock_discard - ends the memblock and hands over the memory of its grown tables
 *
 * The tables are empty then. Every function that would change them fails from then on; questions
 * get the answers of empty tables.
 */
void memblock_discard(void);

/* ---- The log: Linux's text, a byte at a time ---- */

/**
 * memblock_set_log - says where the log goes
 * @write_byte: takes a byte of text; null drops it, as at the start
 */
void memblock_set_log(void (*write_byte)(unsigned char byte));

/**
 * memblock_set_debug - Linux's boot option memblock=debug
 * @on: whether each operation is logged
 */
void memblock_set_debug(bool on);

/**
 * memblock_dump_all - writes the tables to the log, while debug is on
 */
void memblock_dump_all(void);

/**
 * memblock_debug_show - writes a table as the file of its name in /sys/kernel/debug/memblock
 * @type: the table
 * @write_byte: takes a byte of text
 */
void memblock_debug_show(const struct memblock_type *type,
                         void (*write_byte)(unsigned char byte));

/* ---- Reading the tables ---- */

/**
 * memblock_get_region - copies a region out
 * @type: the table
 * @index: counts from the lowest region
 * @region: takes the region
 *
 * Return: false past the last.
 */
bool memblock_get_region(const struct memblock_type *type, unsigned long index,
                         struct memblock_region *region);

/**
 * memblock_get_regions - copies regions out. O(count)
 * @type: the table
 * @first: the index of the first to copy
 * @regions: takes them
 * @count: for how many there is room
 *
 * Return: how many were copied.
 */
unsigned long memblock_get_regions(const struct memblock_type *type, unsigned long first,
                                   struct memblock_region *regions, unsigned long count);

/* How many regions a table may have for loops over it to be nested in one another. */
#define MEMBLOCK_ROWS 1024

/**
 * memblock_next_region - what for_each_mem_region is made of
 * @type: the table
 * @region: the region before; null for the first
 *
 * What this points to is a copy, which stays until the table changes; where the table has more
 * than MEMBLOCK_ROWS regions, until the next call for the same table at the latest. The copies
 * are made when a loop begins, O(n), if the table has changed since the last one.
 * Return: the next region upwards, null after the last.
 */
struct memblock_region *memblock_next_region(const struct memblock_type *type,
                                             const struct memblock_region *region);

/**
 * __next_mem_range - what the loops over ranges are made of, upwards. O(1) amortised
 * @cursor: 0 at first; ~0 is the end
 * @nid: the node to keep to, NUMA_NO_NODE for any
 * @flags: what kinds of memory are wanted that would be left out
 * @type_a: the table
 * @type_b: what is in none of its regions; null for no table
 * @out_start: takes the first byte
 * @out_end: takes the address past the last
 * @out_nid: takes the node; each of the three may be null
 */
void __next_mem_range(uint64_t *cursor, int nid, enum memblock_flags flags,
                      struct memblock_type *type_a, struct memblock_type *type_b,
                      phys_addr_t *out_start, phys_addr_t *out_end, int *out_nid);

/**
 * __next_mem_range_rev - as __next_mem_range, downwards
 * @cursor: ~0 at first, and again at the end
 * @nid: the node
 * @flags: kinds of memory
 * @type_a: the table
 * @type_b: the other, or null
 * @out_start: takes the first byte
 * @out_end: takes the address past the last
 * @out_nid: takes the node
 */
void __next_mem_range_rev(uint64_t *cursor, int nid, enum memblock_flags flags,
                          struct memblock_type *type_a, struct memblock_type *type_b,
                          phys_addr_t *out_start, phys_addr_t *out_end, int *out_nid);

/**
 * __next_mem_pfn_range - what for_each_mem_pfn_range is made of
 * @cursor: -1 at first, and again at the end
 * @nid: the node to keep to, MAX_NUMNODES for any
 * @out_start_pfn: takes the first whole frame
 * @out_end_pfn: takes the frame past the last
 * @out_nid: takes the node; each of the three may be null
 */
void __next_mem_pfn_range(int *cursor, int nid, unsigned long *out_start_pfn,
                          unsigned long *out_end_pfn, int *out_nid);

/**
 * struct memblock_zone - the frames of a zone
 * @start_pfn: the first
 * @end_pfn: the one past the last
 * @nid: the node
 */
struct memblock_zone {
  unsigned long start_pfn;
  unsigned long end_pfn;
  int nid;
};

/**
 * __next_mem_pfn_range_in_zone - what for_each_free_mem_pfn_range_in_zone is made of
 * @cursor: 0 at first; ~0 is the end
 * @zone: the zone
 * @out_start_pfn: takes the first whole free frame in the zone; ~0 at the end
 * @out_end_pfn: takes the frame past the last; 0 at the end. Both may be null
 */
void __next_mem_pfn_range_in_zone(uint64_t *cursor, const struct memblock_zone *zone,
                                  unsigned long *out_start_pfn, unsigned long *out_end_pfn);

/* `flags` is an int there, so that sets of flags can be written in C++ too. */
#define MEMBLOCK_FLAGS(flags) ((enum memblock_flags)(flags))

#define MEMBLOCK_EACH_REGION(type, region)                                                      \
  for (region = memblock_next_region(type, NULL); region;                                       \
       region = memblock_next_region(type, region))

#define MEMBLOCK_EACH(next, first, i, type_a, type_b, nid, flags, p_start, p_end, p_nid)        \
  for ((i) = (first), next(&(i), nid, flags, type_a, type_b, p_start, p_end, p_nid);            \
       (i) != ~(uint64_t)0; next(&(i), nid, flags, type_a, type_b, p_start, p_end, p_nid))

#ifndef MEMBLOCK_NO_LOOPS

/* Regions of a table: a struct memblock_region *. */
#define for_each_mem_region(region) MEMBLOCK_EACH_REGION(&memblock.memory, region)
#define for_each_reserved_mem_region(region) MEMBLOCK_EACH_REGION(&memblock.reserved, region)

/*
 * Ranges. `i` is a uint64_t (an int for for_each_mem_pfn_range) that belongs to the loop; the
 * outputs are pointers, and those to a node may be null. Ends are exclusive. An empty range
 * comes where two reservations touch and have not merged.
 */

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
  MEMBLOCK_EACH(__next_mem_range, 0, i, &memblock_physmem, type, NUMA_NO_NODE, MEMBLOCK_NONE,   \
                p_start, p_end, NULL)

/* Whole pages of memory, as frame numbers, on a node (MAX_NUMNODES: all nodes). */
#define for_each_mem_pfn_range(i, nid, p_start, p_end, p_nid)                                   \
  for ((i) = -1, __next_mem_pfn_range(&(i), nid, p_start, p_end, p_nid); (i) >= 0;              \
       __next_mem_pfn_range(&(i), nid, p_start, p_end, p_nid))

/* Whole free pages of a zone, a struct memblock_zone *; `from` goes on where `i` stands. */
#define for_each_free_mem_pfn_range_in_zone(i, zone, p_start, p_end)                            \
  for ((i) = 0, __next_mem_pfn_range_in_zone(&(i), zone, p_start, p_end);                       \
       (i) != ~(uint64_t)0; __next_mem_pfn_range_in_zone(&(i), zone, p_start, p_end))
#define for_each_free_mem_pfn_range_in_zone_from(i, zone, p_start, p_end)                       \
  for (; (i) != ~(uint64_t)0; __next_mem_pfn_range_in_zone(&(i), zone, p_start, p_end))

#endif /* MEMBLOCK_NO_LOOPS */

/* ---- A region's parts ---- */

/**
 * memblock_get_region_node - a region's node
 * @region: the region
 */
static inline int memblock_get_region_node(const struct memblock_region *region) {
  return region->nid;
}

/**
 * memblock_set_region_node - changes the node of the caller's copy, not of the table
 * @region: the copy
 * @nid: the node
 */
static inline void memblock_set_region_node(struct memblock_region *region, int nid) {
  region->nid = nid;
}

/**
 * memblock_region_memory_base_pfn - the first whole frame of a region of memory
 * @region: the region
 */
static inline unsigned long memblock_region_memory_base_pfn(const struct memblock_region *region) {
  return (unsigned long)((region->base + 0xfff) >> 12);
}

/**
 * memblock_region_memory_end_pfn - the frame past the last whole one of a region of memory
 * @region: the region
 */
static inline unsigned long memblock_region_memory_end_pfn(const struct memblock_region *region) {
  return (unsigned long)((region->base + region->size) >> 12);
}

/**
 * memblock_region_reserved_base_pfn - the first frame that a reservation touches
 * @region: the reservation
 */
static inline unsigned long memblock_region_reserved_base_pfn(
    const struct memblock_region *region) {
  return (unsigned long)(region->base >> 12);
}

/**
 * memblock_region_reserved_end_pfn - the frame past the last that a reservation touches
 * @region: the reservation
 */
static inline unsigned long memblock_region_reserved_end_pfn(
    const struct memblock_region *region) {
  return (unsigned long)((region->base + region->size + 0xfff) >> 12);
}

/**
 * memblock_is_hotpluggable - whether a region can be unplugged
 * @region: the region
 */
static inline bool memblock_is_hotpluggable(const struct memblock_region *region) {
  return (region->flags & MEMBLOCK_HOTPLUG) != 0;
}

/**
 * memblock_is_mirror - whether a region is mirrored
 * @region: the region
 */
static inline bool memblock_is_mirror(const struct memblock_region *region) {
  return (region->flags & MEMBLOCK_MIRROR) != 0;
}

/**
 * memblock_is_nomap - whether a region must stay out of the direct map
 * @region: the region
 */
static inline bool memblock_is_nomap(const struct memblock_region *region) {
  return (region->flags & MEMBLOCK_NOMAP) != 0;
}

/**
 * memblock_is_reserved_noinit - whether the owner of a reservation sets up its page metadata
 * @region: the reservation
 */
static inline bool memblock_is_reserved_noinit(const struct memblock_region *region) {
  return (region->flags & MEMBLOCK_RSRV_NOINIT) != 0;
}

/**
 * memblock_is_kho_scratch - whether a former kernel has left a region for the start
 * @region: the region
 */
static inline bool memblock_is_kho_scratch(const struct memblock_region *region) {
  return (region->flags & MEMBLOCK_KHO_SCRATCH) != 0;
}

/**
 * memblock_is_driver_managed - whether a driver has found a region
 * @region: the region
 */
static inline bool memblock_is_driver_managed(const struct memblock_region *region) {
  return (region->flags & MEMBLOCK_DRIVER_MANAGED) != 0;
}

#ifdef __cplusplus
}
#endif

#endif
