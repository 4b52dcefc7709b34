import Addressing
import Console
import Firmware
import PageAllocator
import X86

/// What the monitor tells without changing anything.
extension Monitor {
  /// Prints what the machine's clock shows.
  func writeDate() {
    guard let time = Clock().date else {
      console.write("the machine's clock shows no time\n")
      return
    }
    console.write(decimal: UInt64(time.year))
    let parts: InlineArray<5, (separator: UInt8, number: Int)> = [
      (UInt8(ascii: "-"), time.month), (UInt8(ascii: "-"), time.day),
      (UInt8(ascii: " "), time.hour), (UInt8(ascii: ":"), time.minute),
      (UInt8(ascii: ":"), time.second),
    ]
    for index in parts.indices {
      console.write(parts[index].separator)
      if parts[index].number < 10 { console.write("0") }
      console.write(decimal: UInt64(parts[index].number))
    }
    console.write("\n")
  }

  /// A line for each node with its frames, and where they begin and end.
  func writeNodes() {
    guard let layout = pages?.layout else { return }
    for index in 0..<layout.nodeCount {
      let node = layout.node(index)
      console.write("Node ")
      console.write(decimal: UInt64(node.node.value))
      console.write(": ")
      console.write(memory: node.range)
      console.write(", ")
      console.write(decimal: node.present)
      console.write(" pages present\n")
    }
  }

  /// A line for each node with its distance to every node, as in the files `distance` under
  /// Linux's `/sys/devices/system/node`.
  func writeDistances() {
    var next = topology.possibleNodes.first
    while let from = next {
      console.write("Node ")
      console.write(decimal: UInt64(from.value))
      console.write(" distances:")
      var to = topology.possibleNodes.first
      while let node = to {
        console.write(" ")
        console.write(decimal: UInt64(topology.distance(from: from, to: node)))
        to = topology.possibleNodes.next(after: node)
      }
      console.write("\n")
      next = topology.possibleNodes.next(after: from)
    }
  }

  /// A line for each vector that was raised.
  func writeInterrupts() {
    guard let interruptVectors else { return }
    var total: UInt64 = 0
    for vector in 0..<256 where interruptVectors[vector].count > 0 {
      console.write("vector ")
      console.write(decimal: UInt64(vector), width: 3)
      console.write(": ")
      console.write(decimal: interruptVectors[vector].count)
      console.write(interruptVectors[vector].handler == nil ? " unhandled\n" : "\n")
      total += interruptVectors[vector].count
    }
    console.write(decimal: total)
    console.write(" interrupts, ")
    console.write(decimal: spuriousInterrupts)
    console.write(" of them spurious\n")
  }
}
