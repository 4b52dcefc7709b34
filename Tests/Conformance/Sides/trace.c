// The trace language as text: a line in, its answer out.
#include "trace.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static uint64_t number(const char *token, const char **bad) {
  static const struct { const char *word; uint64_t value; } words[] = {
      { "max", ~0ULL }, { "anywhere", ~0ULL }, { "accessible", 0 },
      { "none", ~0ULL }, { "maxnodes", 1024 },
  };
  for (size_t i = 0; i < sizeof words / sizeof *words; i++)
    if (!strcmp(token, words[i].word)) return words[i].value;
  char *rest;
  uint64_t value = strtoull(token, &rest, 0);
  if (rest == token) *bad = token;
  switch (*rest) {
  case 'T': value <<= 10;  // fall through
  case 'G': value <<= 10;  // fall through
  case 'M': value <<= 10;  // fall through
  case 'K': value <<= 10; rest++;
  }
  if (*rest) *bad = token;
  return value;
}

static void print_node(FILE *output, int32_t node) {
  if (node == NODE_NEVER_SET) fputc('-', output);
  else fprintf(output, "%d", node);
}

static void print_table(FILE *output, const char *name, struct side_table table) {
  fprintf(output, "%s cnt=%llu max=%llu total=0x%llx\n", name, (unsigned long long)table.count,
          (unsigned long long)table.maximum, (unsigned long long)table.total);
  for (uint64_t i = 0; i < table.count; i++) {
    struct side_region region = table.regions[i];
    fprintf(output, "%c %llu 0x%llx 0x%llx ", name[0], (unsigned long long)i,
            (unsigned long long)region.base, (unsigned long long)region.size);
    print_node(output, region.node);
    fprintf(output, " 0x%x\n", region.flags);
  }
}

static void print_tables(FILE *output, struct side_state state) {
  print_table(output, "memory", state.memory);
  print_table(output, "reserved", state.reserved);
}

static uint64_t hash_word(uint64_t hash, uint64_t word) {
  for (int i = 0; i < 8; i++, word >>= 8) hash = (hash ^ (word & 0xff)) * 1099511628211ULL;
  return hash;
}

static uint64_t hash_table(uint64_t hash, struct side_table table) {
  for (uint64_t i = 0; i < table.count; i++) {
    struct side_region region = table.regions[i];
    uint64_t node = region.node == NODE_NEVER_SET ? ~0ULL : (uint64_t)(int64_t)region.node;
    hash = hash_word(hash_word(hash, region.base), region.size);
    hash = hash_word(hash_word(hash, region.flags), node);
  }
  return hash_word(hash_word(hash_word(hash, table.count), table.maximum), table.total);
}

static void print_ranges(FILE *output, uint32_t code, const struct answer *answer) {
  bool has_node = code == OPERATION_free_ranges || code == OPERATION_free_ranges_rev
                  || code == OPERATION_pfn_ranges;
  char letter = code == OPERATION_pfn_ranges || code == OPERATION_zone_ranges ? 'p' : 'f';
  fputc('\n', output);
  for (size_t i = 0; i + 2 < answer->count; i += 3) {
    const uint64_t *word = answer->words + i;
    fprintf(output, "  %c 0x%llx 0x%llx", letter, (unsigned long long)word[0],
            (unsigned long long)word[1]);
    if (has_node) {
      fputc(' ', output);
      print_node(output, word[2]);
    }
    fputc('\n', output);
  }
}

static void print_hand_off(FILE *output, const struct answer *answer) {
  fputc('\n', output);
  for (size_t i = 0; i + 3 < answer->count; i += 4) {
    const unsigned long long *word = (const unsigned long long *)answer->words + i;
    switch ((enum hand_off)word[0]) {
    case HAND_OFF_RESERVED:
      fprintf(output, "  rsvpages 0x%llx 0x%llx nid=%lld\n", word[1], word[2], word[3]); break;
    case HAND_OFF_BLOCK: fprintf(output, "  freepages 0x%llx %llu\n", word[1], word[2]); break;
    case HAND_OFF_TOTAL:
      fprintf(output, "  totalram_pages %llu calls %llu rsv %llu\n", word[1], word[2], word[3]);
    }
  }
}

static void print_answer(FILE *output, const struct side *side, uint32_t code,
                         const struct answer *answer) {
  unsigned long long first = answer->count ? answer->words[0] : 0;
  switch (operation_forms[code].result) {
  case RESULT_NOTHING: fputc('\n', output); break;
  case RESULT_INTEGER: fprintf(output, " = %d\n", (int)first); break;
  case RESULT_ADDRESS:
    if (answer->count) fprintf(output, " = 0x%llx\n", first);
    else fputs(" = undef\n", output);
    break;
  case RESULT_FRAME_NODE:
    fputs(" = ", output);
    print_node(output, (int)first);
    fprintf(output, " 0x%llx 0x%llx\n", (unsigned long long)answer->words[1],
            (unsigned long long)answer->words[2]);
    break;
  case RESULT_RANGES: print_ranges(output, code, answer); break;
  case RESULT_HAND_OFF: print_hand_off(output, answer); break;
  case RESULT_TABLES: {
    struct side_state state = side->state();
    if (code == OPERATION_dump) {
      fputc('\n', output);
      print_tables(output, state);
    } else {
      uint64_t hash = hash_table(hash_table(14695981039346656037ULL, state.memory), state.reserved);
      fprintf(output, " = %016llx\n", (unsigned long long)hash);
    }
  }
  }
}

// Reads a line's operation; 0 where the name is unknown.
static int parse(char *line, struct operation *operation, char **name, const char **bad) {
  char *rest;
  *name = strtok_r(line, " \t\r\n", &rest);
  for (operation->code = 0; operation->code < OPERATION_COUNT; operation->code++) {
    struct operation_form form = operation_forms[operation->code];
    if (strcmp(*name, form.name)) continue;
    for (size_t i = 0; i < 5; i++)
      operation->arguments[i] = i < strlen(form.arguments) && form.arguments[i] == 'N' ? ~0ULL : 0;
    char *token;
    for (size_t i = 0; (token = strtok_r(NULL, " \t\r\n", &rest)); i++)
      if (i < strlen(form.arguments)) operation->arguments[i] = number(token, bad);
      else *bad = token;
    return 1;
  }
  return 0;
}

int run_trace(const struct side *side, FILE *input, const char *file, FILE *output) {
  struct operation operation = { OPERATION_reset };
  struct answer answer = { .capacity = 1 << 20 };
  answer.words = malloc(answer.capacity * sizeof *answer.words);
  side->apply(&operation, &answer);
  char *line = NULL;
  size_t room = 0;
  for (long count = 1; getline(&line, &room, input) >= 0; count++) {
    if (line[0] == '#' || line[strspn(line, " \t\r\n")] == 0) continue;
    const char *bad = NULL;
    char *name;
    if (!parse(line, &operation, &name, &bad)
        || !version_has(side->version, operation.code)) {
      fprintf(output, "%ld %s ? unknown op\n", count, name);
      continue;
    }
    if (bad) {
      fprintf(stderr, "%s:%ld: '%s' is not an argument of %s\n", file, count, bad, name);
      return 2;
    }
    if (operation.code == OPERATION_rules && side->is_linux
        && operation.arguments[0] != side->version) {
      fprintf(stderr, "%s:%ld: this is Linux %u.%02u, which can't follow other rules\n", file,
              count, side->version / 100, side->version % 100);
      return 2;
    }
    switch (side->apply(&operation, &answer)) {
    case OUTCOME_ANSWERED: break;
    case OUTCOME_BUG: fprintf(output, "%ld BUG\n", count); return 0;
    case OUTCOME_PANIC: return 0;
    case OUTCOME_OUT_OF_WINDOW:
      fprintf(stderr, "%s:%ld: %s needs memory above 1 TiB\n", file, count, name);
      return 2;
    }
    if (answer.count > answer.capacity) {
      fprintf(stderr, "%s:%ld: an answer of %zu words\n", file, count, answer.count);
      return 2;
    }
    fprintf(output, "%ld %s", count, name);
    print_answer(output, side, operation.code, &answer);
  }
  fputs("final\n", output);
  print_tables(output, side->state());
  return 0;
}
