// fuzz-sources: Tests/FirmwareTests/FirmwareRun.swift Tests/FirmwareTests/ACPIBuilder.swift
// fuzz-sources: Tests/FirmwareTests/Multiboot2Builder.swift Tests/FirmwareTests/TextLog.swift
// fuzz-sources: Tests/FirmwareTests/RawBytes.swift Tests/FirmwareTests/RecordedMap.swift
// fuzz-sources: Tests/Fuzz/LoaderRun.swift
import Addressing
import Firmware

nonisolated(unsafe) private let run = LoaderRun()

/// Boot parameters with the numbers that make them ones, and pointers into memory.
private let page: [UInt8] = {
  var page = [UInt8](repeating: 0, count: 4096)
  func set(_ offset: Int, _ bytes: [UInt8]) {
    page.replaceSubrange(offset..<offset + bytes.count, with: bytes)
  }
  set(0x1fe, [0x55, 0xaa] + [0, 0] + Array("HdrS".utf8) + [0x0f, 0x02])
  set(0x228, Multiboot2Builder.little(UInt32(0x3000)))
  set(0x250, Multiboot2Builder.little(UInt64(0x4000)))
  set(0x1c0, Array("EL64".utf8))
  return page
}()

/// The input is writes to memory around boot parameters; see `LoaderRun`.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  var input = unsafe FuzzInput(data, size)
  unsafe run.write(&input, over: page)
  var log = TextLog()
  do throws(LoaderViolation) {
    let information = try LoaderInformation(
      linux: PhysicalAddress(LoaderRun.start), through: unsafe run.memory.window, log: &log)
    unsafe run.check(information, log)
  } catch {
    error.write(protocol: "linux", to: &log)
  }
  return 0
}
