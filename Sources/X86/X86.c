// A C target needs a source file; everything is in the header, so that Swift inlines it.
#include "X86.h"
