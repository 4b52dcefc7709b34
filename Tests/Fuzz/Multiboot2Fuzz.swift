// fuzz-sources: Tests/FirmwareTests/FirmwareRun.swift Tests/FirmwareTests/ACPIBuilder.swift
// fuzz-sources: Tests/FirmwareTests/Multiboot2Builder.swift Tests/FirmwareTests/TextLog.swift
// fuzz-sources: Tests/FirmwareTests/RawBytes.swift Tests/FirmwareTests/RecordedMap.swift
import SimulatedMemory

nonisolated(unsafe) private let low = {
  let low = SimulatedMemory(at: 0, size: 1 << 20)
  low.placeACPI([])
  return low
}()

/// The input is boot information; the whole set-up is done with it.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let input = unsafe FuzzInput(data, size)
  var bytes = input.all
  // The length is right unless the input's first byte is odd: most of what the fuzzer makes
  // of the tags would end at the header otherwise.
  if bytes.count >= 8, bytes[0] & 1 == 0 {
    bytes.removeLast(bytes.count % 8)
    bytes.replaceSubrange(0..<4, with: Multiboot2Builder.little(UInt32(bytes.count)))
  }
  let run = FirmwareRun(information: bytes, low: unsafe low)
  require(run.fault == nil, run.fault ?? "")
  return 0
}
