// fuzz-sources: Tests/FirmwareTests/FirmwareRun.swift Tests/FirmwareTests/ACPIBuilder.swift
// fuzz-sources: Tests/FirmwareTests/Multiboot2Builder.swift Tests/FirmwareTests/TextLog.swift
// fuzz-sources: Tests/FirmwareTests/RawBytes.swift Tests/FirmwareTests/RecordedMap.swift
// fuzz-sources: Tests/Fuzz/LoaderRun.swift
import Addressing
import Firmware

nonisolated(unsafe) private let run = LoaderRun()

/// PVH's start information with a map, a module and a command line, which point into memory.
private let start: [UInt8] =
  Multiboot2Builder.little(UInt32(0x336e_c578)) + Multiboot2Builder.little(UInt32(1))
  + Multiboot2Builder.little(UInt32(0)) + Multiboot2Builder.little(UInt32(1))
  + [0x2000, 0x3000, 0x4000, 0x5000].flatMap { Multiboot2Builder.little($0 as UInt64) }
  + Multiboot2Builder.little(UInt32(4)) + Multiboot2Builder.little(UInt32(0))

/// The input is writes to memory around a start information; see `LoaderRun`.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  var input = unsafe FuzzInput(data, size)
  unsafe run.write(&input, over: start)
  var log = TextLog()
  do throws(LoaderViolation) {
    let information = try LoaderInformation(
      pvh: PhysicalAddress(LoaderRun.start), through: unsafe run.memory.window, log: &log)
    unsafe run.check(information, log)
  } catch {
    error.write(protocol: "pvh", to: &log)
  }
  return 0
}
