// The large image's ballast, word by word.
#ifndef BALLAST_H
#define BALLAST_H

#include <stdint.h>

extern const uint64_t ballast_constants[], ballast_constants_end[];
extern uint64_t ballast_data[], ballast_data_end[];

// How many words are there, and how many of them have the pattern.
static inline uint64_t ballast_constant_count(void) {
  return (uint64_t)(ballast_constants_end - ballast_constants);
}
static inline uint64_t ballast_data_count(void) { return (uint64_t)(ballast_data_end - ballast_data); }

static inline uint64_t ballast_right_constants(void) {
  uint64_t right = 0;
  for (const uint64_t *word = ballast_constants; word != ballast_constants_end; word++)
    right += *word == 0x89abcdef;
  return right;
}

// Each word is written too.
static inline uint64_t ballast_right_data(void) {
  uint64_t right = 0;
  for (uint64_t *word = ballast_data; word != ballast_data_end; word++) {
    right += *word == 0xfedcba98;
    *word = (uint64_t)word;
  }
  for (uint64_t *word = ballast_data; word != ballast_data_end; word++)
    right -= *word != (uint64_t)word;
  return right;
}

#endif
