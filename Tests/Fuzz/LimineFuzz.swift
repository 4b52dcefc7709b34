// fuzz-sources: Tests/FirmwareTests/FirmwareRun.swift Tests/FirmwareTests/ACPIBuilder.swift
// fuzz-sources: Tests/FirmwareTests/Multiboot2Builder.swift Tests/FirmwareTests/TextLog.swift
// fuzz-sources: Tests/FirmwareTests/RawBytes.swift Tests/FirmwareTests/RecordedMap.swift
// fuzz-sources: Tests/Fuzz/LoaderRun.swift
import Addressing
import Firmware
import SimulatedMemory

nonisolated(unsafe) private let run = LoaderRun()

/// The input is writes to memory in which eight answers lie, 64 bytes each; see `LoaderRun`. A
/// number of 64 bits whose upper half is all ones is a pointer into the direct map.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  var input = unsafe FuzzInput(data, size)
  unsafe run.write(&input, over: [])
  let window = unsafe run.memory.window
  for place in stride(from: UInt64(0), to: 1 << 16, by: 8) {
    let word = window.load(UInt64.self, at: PhysicalAddress(place))
    if word >> 32 == 0xffff_ffff {
      window.store((word & 0xffff_ffff) &+ window.offset, at: PhysicalAddress(place))
    }
  }
  func answer(_ index: UInt64) -> VirtualAddress {
    VirtualAddress((LoaderRun.start + 64 * index) &+ window.offset)
  }
  var responses = LimineResponses()
  responses.bootloaderInfo = answer(0)
  responses.executableCommandLine = answer(1)
  responses.memoryMap = answer(2)
  responses.modules = answer(3)
  responses.framebuffer = answer(4)
  responses.rootPointer = answer(5)
  responses.efiSystemTable = answer(6)
  responses.efiMemoryMap = answer(7)
  var log = TextLog()
  let information = LoaderInformation(limine: responses, through: window, log: &log)
  unsafe run.check(information, log)
  return 0
}
