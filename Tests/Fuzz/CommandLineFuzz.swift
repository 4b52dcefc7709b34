// fuzz-sources: Tests/FirmwareTests/FirmwareRun.swift Tests/FirmwareTests/ACPIBuilder.swift
// fuzz-sources: Tests/FirmwareTests/Multiboot2Builder.swift Tests/FirmwareTests/TextLog.swift
// fuzz-sources: Tests/FirmwareTests/RawBytes.swift Tests/FirmwareTests/RecordedMap.swift
import Firmware
import SimulatedMemory

nonisolated(unsafe) private let low = {
  let low = SimulatedMemory(at: 0, size: 1 << 20)
  low.placeACPI([])
  return low
}()

/// The input is a command line.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let input = unsafe FuzzInput(data, size)
  let text = input.all
  var builder = Multiboot2Builder()
  builder.tag(1, text.filter { $0 != 0 } + [0])
  builder.memoryMap([
    (0, 0x9_fc00, 1), (0x10_0000, 0x3fef_0000, 1), (0x3ffe_0000, 0x2_0000, 2),
    (0x1_0000_0000, 0x4000_0000, 1),
  ])
  let run = FirmwareRun(information: builder.finished(), low: unsafe low)
  require(run.fault == nil, run.fault ?? "")

  // Every option lies in the line, after the one before it.
  let line = text.rawBytes
  var cursor = CommandLineCursor(line)
  var last = 0
  while let option = cursor.next() {
    guard let place = line.byteOffsets(of: option.text) else { fatalError("not in the line") }
    require(place.lowerBound >= last, "\(place) starts before \(last)")
    require(option.text.byteOffsets(of: option.name) != nil, "a name outside of \(place)")
    if let value = option.value {
      require(option.text.byteOffsets(of: value) != nil, "a value outside of \(place)")
    }
    last = place.upperBound
  }
  _ = KernelCommandLine.value(of: "test", in: line)
  return 0
}
