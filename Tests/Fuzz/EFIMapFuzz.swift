// fuzz-sources: Tests/FirmwareTests/FirmwareRun.swift Tests/FirmwareTests/ACPIBuilder.swift
// fuzz-sources: Tests/FirmwareTests/Multiboot2Builder.swift Tests/FirmwareTests/TextLog.swift
// fuzz-sources: Tests/FirmwareTests/RawBytes.swift Tests/FirmwareTests/RecordedMap.swift
import SimulatedMemory

nonisolated(unsafe) private let low = {
  let low = SimulatedMemory(at: 0, size: 1 << 20)
  low.placeACPI([])
  return low
}()

private let commandLines = [
  "", "add_efi_memmap", "add_efi_memmap efi=nosoftreserve", "kernelcore=mirror add_efi_memmap",
]

/// The input is a command line's number, a descriptor's size in units of 8 bytes, and EFI's map.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  var input = unsafe FuzzInput(data, size)
  var builder = Multiboot2Builder()
  builder.string(1, commandLines[Int(input.next(UInt8.self)) % commandLines.count])
  builder.memoryMap([(0, 0x9_fc00, 1), (0x10_0000, 0x3fef_0000, 1)])
  let entrySize = UInt32(input.next(UInt8.self)) * 8
  let map = input.next(count: 4096)
  let whole = entrySize > 0 ? map.count / Int(entrySize) * Int(entrySize) : map.count
  builder.tag(
    17,
    Multiboot2Builder.little(entrySize) + Multiboot2Builder.little(UInt32(1))
      + map.prefix(whole))
  let run = FirmwareRun(information: builder.finished(), low: unsafe low)
  require(run.fault == nil, run.fault ?? "")
  return 0
}
