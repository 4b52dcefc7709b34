// Linked with Linux's own tests of memblock, in place of Linux's object: our library, told
// before the tests start to work on the variable `memblock` that the tests look into and reset
// by hand. Physical memory is the whole address space of the process.
#include <memblock_testing.h>

// The tests' option -m.
extern bool movable_node_enabled;

__attribute__((constructor)) static void keep_state_here(void) {
  memblock_keep_state_here(NUMA, &movable_node_enabled);
  memblock_set_linux_rules(LINUX);
  memblock_set_window(0, ~(phys_addr_t)0, NULL);
}
