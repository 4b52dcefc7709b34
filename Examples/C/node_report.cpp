/*
 * The C interface from C++: a class that sums up free memory by node, and hands it over.
 *
 *   g++ -I.build-c Examples/C/node_report.cpp .build-c/x86_64-unknown-linux-gnu/libmemblock.a
 */
#include <cstdio>
#include <map>

#include "memblock.h"

class NodeReport {
 public:
  NodeReport() {
    phys_addr_t start, end;
    uint64_t i;
    int nid;
    for_each_free_mem_range(i, NUMA_NO_NODE, MEMBLOCK_HOTPLUG | MEMBLOCK_NOMAP, &start, &end, &nid)
      free_bytes[nid] += end - start;
  }

  void print() const {
    for (const auto &[nid, bytes] : free_bytes)
      std::printf("node %d: %llu KiB free\n", nid, (unsigned long long)bytes >> 10);
  }

 private:
  std::map<int, phys_addr_t> free_bytes;
};

struct Handover {
  unsigned long blocks = 0, pages = 0;
};

int main() {
  memblock_add_node(0x1000, 0x9e000, 0, MEMBLOCK_NONE);
  memblock_add_node(0x100000, 0x700000, 0, MEMBLOCK_NONE);
  memblock_add_node(0x40000000, 0x800000, 1, MEMBLOCK_NONE);
  memblock_reserve(0x100000, 0x2f0000);
  memblock_mark_nomap(0x40000000, 0x10000);
  NodeReport().print();

  Handover handover;
  memblock_receiver receiver{};
  receiver.context = &handover;
  receiver.release = [](void *context, unsigned long, unsigned order) {
    static_cast<Handover *>(context)->blocks++;
    static_cast<Handover *>(context)->pages += 1UL << order;
  };
  receiver.total = [](void *context, unsigned long pages) {
    if (static_cast<Handover *>(context)->pages != pages) std::printf("the total is wrong\n");
  };
  memblock_set_receiver(&receiver);
  memblock_max_low_pfn = ~0UL;
  memblock_free_all();
  std::printf("%lu pages handed over in %lu blocks\n", handover.pages, handover.blocks);
}
