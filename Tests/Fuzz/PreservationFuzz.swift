// fuzz-sources: Tests/FirmwareTests/TextLog.swift
import Addressing
import EarlyMemory
import Memblock
import MemoryMap
import SimulatedMemory

nonisolated(unsafe) private let memory = SimulatedMemory(at: 0x10_0000, size: 0x3f0_0000)

/// Where the table lies, and the kernel that reads it: taken in every boot.
private let taken = AddressRange(at: PhysicalAddress(0x80_0000), size: 1 << 16)

private let maps: [[(UInt64, UInt64, MemoryType)]] = [
  [(0, 0x9_f000, .usable), (0x10_0000, 0x400_0000, .usable)],
  [(0x10_0000, 0x90_0000, .usable), (0x100_0000, 0x400_0000, .usable)],
  [(0x10_0000, 0x400_0000, .usable), (0x230_0000, 0x240_0000, .reserved)],
]

/// The input is whether the header is put right, the number of a map, and the table that the last kernel
/// has left. A table that is accepted must be what its writer makes of its entries; and a boot that
/// takes it over must allocate nothing over what it keeps.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  var input = unsafe FuzzInput(data, size)
  let isHeaderRight = input.next(UInt8.self) & 1 != 0
  let ranges = maps[Int(input.next(UInt8.self)) % maps.count]
  let table = input.next(count: Int(taken.size))
  var words = stride(from: 0, to: table.count, by: 8).map { start in
    table[start...].prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
  }
  if isHeaderRight { putHeaderRight(&words) }
  for (index, word) in words.enumerated() {
    unsafe memory.window.store(word, at: taken.start + 8 * UInt64(index))
  }
  let given = unsafe PhysicalBytes(
    at: taken.start, count: UInt64(table.count), in: memory.window)
  guard let given, let read = try? PreservationTable(checking: given) else { return 0 }
  requireWritable(read, words)
  requireApart(read)
  takeOver(read, ranges)
  return 0
}

/// Makes the header that of a table of as many whole entries as there are words for; the rest is cut off.
private func putHeaderRight(_ words: inout [UInt64]) {
  guard words.count >= 5 else { return }
  words.removeLast((words.count - 5) % 6)
  words[0] = 0x6e72_656b_7478_656e
  words[1] = 1
  words[2] = UInt64(words.count * 8)
  words[4] = max(words[4], 1)
  words[3] = 0
  for index in words.indices where index != 3 {
    words[3] &+= PlacedSum.term(words[index], at: UInt64(index))
  }
}

/// Writes the entries of a table elsewhere: word for word the same must come out.
private func requireWritable(_ table: PreservationTable, _ words: [UInt64]) {
  let place = AddressRange(at: PhysicalAddress(0x90_0000), size: table.memory.size)
  var writer = unsafe PreservationTable.Writer(in: place, through: memory.window)
  for index in 0..<table.count { writer.append(table[index]) }
  do throws(PreservationViolation) {
    _ = try writer.finish(generation: table.generation)
  } catch {
    fatalError("what was read can't be written: \(error)")
  }
  for index in 0..<Int(table.memory.size / 8) {
    let written = unsafe memory.window.load(UInt64.self, at: place.start + 8 * UInt64(index))
    require(written == words[index], "word \(index) is \(written), not \(words[index])")
  }
}

/// Nothing that is kept may overlap anything else that is, nor scratch memory.
private func requireApart(_ table: PreservationTable) {
  var end = PhysicalAddress.zero
  for index in 0..<table.count where table[index].kind.rawValue >= 3 {
    require(table[index].range.start >= end, "entry \(index) overlaps what is before it")
    end = table[index].range.end
  }
}

/// Boots with the table, and allocates all that there is.
private func takeOver(_ table: PreservationTable, _ ranges: [(UInt64, UInt64, MemoryType)]) {
  var log = TextLog()
  var map = MemoryMap()
  for (start, end, type) in ranges {
    map.append(
      .init(AddressRange(from: PhysicalAddress(start), to: PhysicalAddress(end)), type), log: &log)
  }
  map.sanitize(log: &log)
  var memblock = Memblock()
  unsafe memblock.allowResize(through: memory.window)
  memblock.currentLimit = unsafe memory.range.end
  do throws(MemblockError) { try memblock.reserveForKernel(taken) } catch { fatalError("\(error)") }
  do throws(PreservationViolation) {
    try table.check(against: map, memblock)
  } catch {
    return
  }
  do throws(MemblockError) {
    try memblock.allocateOnlyScratch(of: table)
    try map.register(in: &memblock)
    try memblock.reservePreserved(of: table)
    try memblock.reserveFirstMebibyte()
  } catch {
    // Scratch memory that is too small; the kernel stops with a line.
    return
  }
  var kept: [AddressRange] = []
  for index in 0..<table.count where table[index].kind == .named || table[index].kind == .pages {
    kept.append(table[index].range)
  }
  require(kept.allSatisfy { memblock.isReserved($0) }, "what is kept is not reserved")
  for index in memblock.memory.indices {
    require(!memblock.memory[index].flags.contains(.scratch), "scratch memory is still marked")
  }
  while let range = try? memblock.allocate(size: 1 << 16, alignment: 4096) {
    require(!kept.contains { $0.overlaps(range) }, "\(range) was allocated and is kept")
  }
}
