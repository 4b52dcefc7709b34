import Kernel

// The machine is up, and what runs on it is ordinary Swift: here a dictionary, on the heap.
boot { machine in
  let road = [1: "memory map", 2: "memblock", 3: "page allocator", 4: "heap"]
  for step in 1...road.count { print(road[step]!, terminator: " > ") }
  print("Dictionary")
  machine.runMonitorIfAsked()
}
