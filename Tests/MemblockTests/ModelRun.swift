import Addressing
import Memblock

/// Operations taken from bytes, run on a memblock and on the model side by side. Every string of
/// bytes is a valid run, so that a fuzzer can make them up.
struct ModelRun: ~Copyable {
  private var memblock = Memblock()
  private var model = PageSetModel(pageCount: 512)

  /// Makes a run on a memblock that knows no memory.
  init() {}

  /// Runs six bytes: what to do, then where and how much.
  ///
  /// - Returns: What was wrong afterwards; `nil` where all was well.
  mutating func step(_ bytes: some Collection<UInt8>) -> String? {
    let bytes = Array(bytes) + Array(repeating: 0, count: 6)
    let start = (UInt64(bytes[1]) | UInt64(bytes[2]) << 8) % model.pageCount
    let count = UInt64(bytes[3]) % 32
    let pages = start..<min(start + count, model.pageCount)
    let range = AddressRange(
      at: PhysicalAddress(pages.lowerBound << 12), size: UInt64(pages.count) << 12)
    do throws(MemblockError) {
      switch bytes[0] % 8 {
      case 0, 1:
        try memblock.add(range)
        model.add(pages)
      case 2:
        try memblock.remove(range)
        model.remove(pages)
      case 3:
        try memblock.reserve(range)
        model.reserve(pages)
      case 4:
        try memblock.free(range)
        model.free(pages)
      case 5:
        memblock.isBottomUp.toggle()
      default:
        if let wrong = allocate(count + 1, alignment: 1 << UInt64(bytes[4] % 6), above: start) {
          return wrong
        }
      }
    } catch {
      // A table is full, and nothing must have changed.
    }
    if let broken = memblock.brokenInvariant { return "\(broken)" }
    return model.difference(from: memblock)
  }

  private mutating func allocate(
    _ count: UInt64, alignment: UInt64, above start: UInt64
  ) -> String? {
    let expected = model.place(
      for: count, alignment: alignment, in: start..<model.pageCount,
      lowest: memblock.isBottomUp)
    do throws(MemblockError) {
      let range = try memblock.allocate(
        size: count << 12, alignment: alignment << 12, minimum: PhysicalAddress(start << 12),
        maximum: PhysicalAddress(model.pageCount << 12))
      let page = range.start.value >> 12
      if page != expected { return "got page \(page), not \(expected.map(String.init) ?? "none")" }
      model.reserve(page..<page + count)
      return nil
    } catch .outOfMemory {
      return expected == nil ? nil : "found no place, though page \(expected!) is one"
    } catch {
      return nil
    }
  }
}
