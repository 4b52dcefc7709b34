/*
 * A C kernel with memblock: takes the machine's memory map, sets memblock up, allocates, lets
 * the tables grow, and hands what is free over. Reports on the serial port.
 */
#include <stddef.h>
#include <stdint.h>

#include "memblock.h"

/* What the machine was started with (Xen's hvm_start_info, version 1). */
struct start_info {
  uint32_t magic, version, flags, module_count;
  uint64_t modules, command_line, rsdp, memory_map;
  uint32_t memory_map_entries, reserved;
};

struct memory_map_entry {
  uint64_t address, size;
  uint32_t type, reserved;
};

enum { RAM = 1 };

extern char kernel_start[], kernel_end[];

static void out(uint16_t port, uint8_t value) {
  __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static void put(unsigned char byte) { out(0x3f8, byte); }

static void print(const char *text) {
  while (*text) put(*text++);
}

static void print_hex(uint64_t number) {
  print("0x");
  for (int shift = 60; shift >= 0; shift -= 4) put("0123456789abcdef"[number >> shift & 15]);
}

static void count_block(void *context, unsigned long pfn, unsigned order) {
  (void)pfn, (void)order;
  ++*(unsigned long *)context;
}

static void print_total(void *context, unsigned long pages) {
  print("pages handed over: ");
  print_hex(pages);
  print(" in blocks: ");
  print_hex(*(unsigned long *)context);
  print("\n");
}

static void set_up(const struct start_info *info) {
  const struct memory_map_entry *map = (const void *)(uintptr_t)info->memory_map;
  for (uint32_t i = 0; i < info->memory_map_entries; i++)
    if (map[i].type == RAM) memblock_add(map[i].address, map[i].size);
  memblock_trim_memory(4096);
  memblock_reserve(0, 0x100000); /* the firmware's */
  memblock_reserve((uintptr_t)kernel_start, kernel_end - kernel_start);
  /* start.S has mapped the first 4 GiB onto themselves. */
  memblock_set_window(0, 1ULL << 32, NULL);
  memblock_set_current_limit(1ULL << 32);
  memblock_allow_resize();
}

void kernel_main(const struct start_info *info) {
  static unsigned long blocks;
  static const struct memblock_receiver receiver = { &blocks, NULL, count_block, print_total };

  memblock_set_log(put);
  memblock_set_debug(true);
  set_up(info);
  uint32_t *page = memblock_alloc(4096, 4096);
  if (!page || page[0] || page[1023]) print("the page is missing or not zero\n");
  memblock_set_debug(false);
  /* Past 128 reservations: the table moves into memory of its own. */
  for (phys_addr_t at = 0x1000000; at < 0x1000000 + 200 * 0x2000; at += 0x2000)
    if (memblock_reserve(at, 0x1000)) print("a reservation failed\n");
  print("room for reservations: ");
  print_hex(memblock.reserved.max);
  print("\n");
  memblock_max_low_pfn = ~0UL;
  memblock_set_receiver(&receiver);
  memblock_free_all();
  out(0xf4, 0x10); /* QEMU's isa-debug-exit: status 33 */
}

/* What the compiler and libmemblock.a call. */
void *memcpy(void *to, const void *from, size_t size) {
  void *start = to;
  __asm__ volatile("rep movsb" : "+D"(to), "+S"(from), "+c"(size) : : "memory");
  return start;
}

void *memset(void *to, int byte, size_t size) {
  void *start = to;
  __asm__ volatile("rep stosb" : "+D"(to), "+c"(size) : "a"(byte) : "memory");
  return start;
}

void *memmove(void *to, const void *from, size_t size) {
  if ((uintptr_t)to - (uintptr_t)from >= size) return memcpy(to, from, size);
  char *last = (char *)to + size;
  const char *last_from = (const char *)from + size;
  while (size--) *--last = *--last_from;
  return to;
}

int memcmp(const void *a, const void *b, size_t size) {
  const unsigned char *x = a, *y = b;
  for (; size && *x == *y; size--) x++, y++;
  return size ? *x - *y : 0;
}
