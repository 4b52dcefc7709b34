// What the compiler and Embedded Swift's runtime ask for where there is no operating system:
// a heap, memory functions and seeds. WebAssembly's memory only grows, and begins as zeros.
#include <stddef.h>
#include <stdint.h>

enum { page_size = 65536, header = 16, classes = 32 };

// Freed blocks by the power of two of their size; a block's class is in the 16 bytes before it.
static void *freed[classes];
static uintptr_t chunk, chunk_end;

// Zeroed memory that nothing else has; NULL where the browser gives no more.
void *page_fresh_memory(size_t size) {
  size_t pages = (size + page_size - 1) / page_size;
  size_t first = __builtin_wasm_memory_grow(0, pages);
  return first == (size_t)-1 ? NULL : (void *)(first * page_size);
}

static void *take(size_t size) {
  if (chunk_end - chunk < size) {
    size_t fresh = size > (1 << 20) ? size : (1 << 20);
    chunk = (uintptr_t)page_fresh_memory(fresh);
    if (!chunk) return NULL;
    chunk_end = chunk + (fresh + page_size - 1) / page_size * page_size;
  }
  void *place = (void *)chunk;
  chunk += size;
  return place;
}

int posix_memalign(void **result, size_t alignment, size_t size) {
  // Nothing in Swift asks for more than 16.
  if (alignment > header || size > (1u << 31) - header) return 22;
  int class = 5;
  while (((size_t)1 << class) < size + header) class++;
  char *block = freed[class];
  if (block) {
    freed[class] = *(void **)(block + header);
  } else {
    block = take((size_t)1 << class);
    if (!block) return 12;
    *(int *)block = class;
  }
  *result = block + header;
  return 0;
}

void free(void *pointer) {
  if (!pointer) return;
  char *block = (char *)pointer - header;
  int class = *(int *)block;
  *(void **)pointer = freed[class];
  freed[class] = block;
}

// With -mbulk-memory each of these is one instruction of WebAssembly.
void *memcpy(void *to, const void *from, size_t size) { return __builtin_memcpy(to, from, size); }
void *memmove(void *to, const void *from, size_t size) { return __builtin_memmove(to, from, size); }
void *memset(void *to, int byte, size_t size) { return __builtin_memset(to, byte, size); }

int memcmp(const void *left, const void *right, size_t size) {
  const unsigned char *a = left, *b = right;
  for (size_t i = 0; i < size; i++)
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  return 0;
}

// Seeds of hash tables. The same every time, so that a page computes the same every time.
void arc4random_buf(void *to, size_t size) { __builtin_memset(to, 0x5a, size); }

// Products of 128 bits, by the parts of 32: the compiler calls this for a product that is checked.
__int128 __multi3(__int128 left, __int128 right) {
  uint64_t a = (uint64_t)left, b = (uint64_t)right;
  uint64_t low = (a & 0xffffffff) * (b & 0xffffffff);
  uint64_t middle = (a >> 32) * (b & 0xffffffff) + (low >> 32);
  uint64_t other = (a & 0xffffffff) * (b >> 32) + (middle & 0xffffffff);
  uint64_t high = (a >> 32) * (b >> 32) + (middle >> 32) + (other >> 32);
  high += (uint64_t)(left >> 64) * b + a * (uint64_t)(right >> 64);
  union {
    struct {
      uint64_t low, high;
    } parts;
    __int128 whole;
  } product = {{(other << 32) | (low & 0xffffffff), high}};
  return product.whole;
}
