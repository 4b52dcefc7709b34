import Addressing
import Firmware
import Memblock

/// A look at whether memory is there: a map can be wrong, and page tables in memory that does
/// not exist would end in a triple fault.
extension MemorySetup {
  /// Writes to the first and the last word of each free range, and reserves the ranges that do
  /// not keep it, with a line for each. O(free ranges).
  static func probeFreeMemory() throws(MemblockError) {
    var rest = kernelWindow.range
    while let range = try memblock.firstFree(in: rest) {
      rest = AddressRange(from: range.end, to: rest.end)
      let first = range.start.alignedUp(to: 8)
      let last = PhysicalAddress((range.end.value - 1) & ~7)
      guard first <= last, last < kernelWindow.range.end else { continue }
      if keepsWrites(at: first), keepsWrites(at: last) { continue }
      console.write(memory: range)
      console.write(" does not keep what is written to it, and is left alone\n")
      try memblock.reserve(range)
    }
  }

  /// Whether the word at an address of free memory holds two patterns. It is left as it was.
  private static func keepsWrites(at address: PhysicalAddress) -> Bool {
    let before = kernelWindow.load(UInt64.self, at: address)
    defer { kernelWindow.store(before, at: address) }
    let pattern = address.value ^ 0x5a5a_a5a5_0f0f_f0f0
    kernelWindow.store(pattern, at: address)
    guard kernelWindow.load(UInt64.self, at: address) == pattern else { return false }
    kernelWindow.store(~pattern, at: address)
    return kernelWindow.load(UInt64.self, at: address) == ~pattern
  }
}
