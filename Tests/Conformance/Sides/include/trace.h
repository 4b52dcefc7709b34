// Reads a trace from `input` and writes what `side` answers to it.
#ifndef CONFORMANCE_TRACE_H
#define CONFORMANCE_TRACE_H

#include <stdio.h>

#include "side.h"

// Returns 0, or 2 with a message on standard error where a line can't be read.
int run_trace(const struct side *side, FILE *input, const char *file, FILE *output);

#endif
