// What the mm/memblock.c of Linux 6.12 (LINUX is 612) and 7.3 (703) expects of the kernel around
// it, for a user program: x86-64 with NUMA, 4 KiB pages, the table of physical memory, memblock
// discarded after boot. There is a page allocator only for what is freed after the hand-over.
// Physical memory is a window of memory mapped without reserve. Compiled in front of memblock.c by
// `-include`.
#ifndef CONFORMANCE_KERNEL_H
#define CONFORMANCE_KERNEL_H

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONFIG_NUMA 1
#define CONFIG_64BIT 1
#define CONFIG_PHYS_ADDR_T_64BIT 1
#define CONFIG_HAVE_MEMBLOCK_PHYS_MAP 1
#define CONFIG_DEFERRED_STRUCT_PAGE_INIT 1
#define IS_ENABLED(option) 0

typedef unsigned long long u64;
typedef uint32_t u32;
typedef u64 phys_addr_t;
typedef unsigned gfp_t;
struct page { char byte; };
struct seq_file;

#define PHYS_ADDR_MAX ((phys_addr_t)~0ULL)
#define U64_MAX ((u64)~0ULL)
#define PAGE_SHIFT 12
#define PAGE_SIZE (1UL << PAGE_SHIFT)
#define SMP_CACHE_BYTES 64
#define MAX_PAGE_ORDER 10
#define NUMA_NO_NODE (-1)
#define MAX_NUMNODES 1024

static inline bool numa_valid_node(int nid) { return nid >= 0 && nid < MAX_NUMNODES; }

// Sections, exports and start-up hooks mean nothing here.
#define __init
#define __initdata
#define __meminit
#define __meminitdata
#define __refdata
#define EXPORT_SYMBOL(symbol)
#define EXPORT_SYMBOL_GPL(symbol)
#define early_param(name, function) \
  static __attribute__((unused)) int (*const param_##function)(char *) = function
#define __setup(name, function) early_param(name, function)
#ifndef __always_inline
#define __always_inline inline __attribute__((always_inline))
#endif
#define _RET_IP_ 0UL

#define min(a, b) ({ __auto_type a_ = (a); __auto_type b_ = (b); a_ < b_ ? a_ : b_; })
#define max(a, b) ({ __auto_type a_ = (a); __auto_type b_ = (b); a_ > b_ ? a_ : b_; })
#define min_t(type, a, b) min((type)(a), (type)(b))
#define max_t(type, a, b) max((type)(a), (type)(b))
#define clamp(value, low, high) min(max(value, low), high)

#define align_mask(x, to) ((__typeof__(x))((to) - 1))
#define round_up(x, to) ((((x) - 1) | align_mask(x, to)) + 1)
#define round_down(x, to) ((x) & ~align_mask(x, to))
#define ALIGN(x, to) (((x) + align_mask(x, to)) & ~align_mask(x, to))
#define ALIGN_DOWN(x, to) round_down(x, to)
#define PAGE_ALIGN(x) ALIGN(x, PAGE_SIZE)
#define PAGE_ALIGN_DOWN(x) ALIGN_DOWN(x, PAGE_SIZE)
#define PFN_UP(x) (((x) + PAGE_SIZE - 1) >> PAGE_SHIFT)
#define PFN_DOWN(x) ((x) >> PAGE_SHIFT)
#define PFN_PHYS(x) ((phys_addr_t)(x) << PAGE_SHIFT)
#define PHYS_PFN(x) ((unsigned long)((x) >> PAGE_SHIFT))
#define __ffs(x) __builtin_ctzl(x)
#define pageblock_start_pfn(pfn) ALIGN_DOWN(pfn, 1UL << MAX_PAGE_ORDER)
#define pageblock_align(pfn) ALIGN(pfn, 1UL << MAX_PAGE_ORDER)

// Where the kernel would stop, the operation is left instead.
_Noreturn void kernel_bug(void);
_Noreturn void kernel_panic(void);
#define BUG_ON(condition) do { if (__builtin_expect(!!(condition), 0)) kernel_bug(); } while (0)
#define panic(...) kernel_panic()
#define WARN_ON(condition) ((void)(condition))
#define WARN_ON_ONCE(condition) (condition)
#define pr_silent(...) do { if (0) printf(__VA_ARGS__); } while (0)
#define pr_info pr_silent
#define pr_warn pr_silent
#define pr_err pr_silent
#define pr_warn_ratelimited pr_silent
static inline void dump_stack(void) {}

// The window. What has a pointer must lie in it; what only has an address may lie anywhere.
extern char *physical_window;
void *in_window(phys_addr_t address);
#define __va(address) in_window(address)
#define __pa(pointer) ((phys_addr_t)((char *)(pointer) - physical_window))
#define phys_to_virt(address) in_window(address)
#define virt_to_phys(pointer) __pa(pointer)
#define pfn_to_page(pfn) ((struct page *)((unsigned long)(pfn) << PAGE_SHIFT))

// Fills that would commit gigabytes of the window are left out: nobody reads them.
void *fill_in_window(void *start, int byte, size_t size);
#define memset(start, byte, size) fill_in_window(start, byte, size)

// No slab, no leak detector, no memory to accept.
#define GFP_KERNEL 0
#define GFP_NOWAIT 0
extern bool page_allocator_is_there;
static inline bool slab_is_available(void) { return page_allocator_is_there; }
static inline void *kmalloc(size_t size, gfp_t flags) { return NULL; }
static inline void *kzalloc_node(size_t size, gfp_t flags, int node) { return NULL; }
static inline void kfree(const void *pointer) {}
static inline void kmemleak_alloc_phys(phys_addr_t address, size_t size, gfp_t flags) {}
static inline void kmemleak_free_part_phys(phys_addr_t address, size_t size) {}
static inline void accept_memory(phys_addr_t address, unsigned long size) {}

// The page allocator, as far as free_all speaks to it.
#define MAX_NR_ZONES 1
typedef struct { long value; } atomic_long_t;
struct zone { atomic_long_t managed_pages; unsigned long zone_start_pfn, end_pfn; int node; };
static inline unsigned long zone_end_pfn(const struct zone *zone) { return zone->end_pfn; }
static inline int zone_to_nid(const struct zone *zone) { return zone->node; }
typedef struct pglist_data { struct zone node_zones[MAX_NR_ZONES]; } pg_data_t;
#define for_each_online_pgdat(node) for (node = NULL; node;)
static inline void atomic_long_set(atomic_long_t *counter, long value) { counter->value = value; }
#if LINUX < 700
void memblock_free_pages(struct page *page, unsigned long frame, unsigned order);
#else
void memblock_free_pages(unsigned long frame, unsigned order);
void memblock_free_all(void);
#endif
void reserve_bootmem_region(phys_addr_t start, phys_addr_t end, int node);
void totalram_pages_add(long count);
static inline void totalram_pages_inc(void) { totalram_pages_add(1); }
int early_pfn_to_nid(unsigned long frame);

#if LINUX >= 700
#define CONFIG_MEMBLOCK_KHO_SCRATCH 1
#define SZ_1M 0x100000
#define DEFINE_MUTEX(name) __attribute__((unused)) int name
#define unlikely(condition) (condition)
#define guard(kind) (void)
#define WARN(condition, ...) (condition)
#define K(pages) ((pages) << (PAGE_SHIFT - 10))
static inline bool deferred_pages_enabled(void) { return false; }
static inline bool kho_scratch_overlap(phys_addr_t address, size_t size) { return false; }
// Of a page outside of the window too, and outside where the range that is freed has no whole page, for
// which for_each_valid_pfn goes round once all the same: fill_in_window leaves both alone.
#define page_address(page) \
  ((void *)(physical_window + (PFN_UP(start) < PFN_DOWN(end) ? (uintptr_t)(page) : UINTPTR_MAX)))
static inline bool __is_kernel(unsigned long address) { return false; }
#define __pa_symbol(pointer) __pa(pointer)
#define kasan_reset_tag(pointer) (pointer)

// What is done to each page of a range is told once, of the range: by the names that Linux's
// function has for its ends.
#define for_each_valid_pfn(frame, first, past) \
  for (int is_first = ((void)(past), (frame) = (first), 1); is_first; is_first = 0)
#define init_deferred_page(frame, node) reserve_bootmem_region(start, end, node)
static inline void __SetPageReserved(struct page *page) {}
#define free_reserved_page(page) release_frames(PFN_UP(start), PFN_DOWN(end))
void release_frames(unsigned long first, unsigned long past);
#endif

// Boot options.
extern bool movable_node_enabled, mirrored_kernelcore;
static inline bool movable_node_is_enabled(void) { return movable_node_enabled; }
unsigned long long memparse(const char *text, char **rest);
#define strscpy(to, from) snprintf(to, sizeof(to), "%s", from)

#endif
