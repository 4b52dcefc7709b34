// The trace language over one side, which SIDE names: a trace on standard input or in a file,
// the side's answers on standard output.
#include <errno.h>
#include <string.h>

#include "trace.h"

const struct side *SIDE(void);

int main(int count, char **arguments) {
  const char *file = count > 1 ? arguments[1] : "<stdin>";
  FILE *input = count > 1 ? fopen(file, "r") : stdin;
  if (!input) {
    fprintf(stderr, "%s: %s\n", file, strerror(errno));
    return 2;
  }
  return run_trace(SIDE(), input, file, stdout);
}
