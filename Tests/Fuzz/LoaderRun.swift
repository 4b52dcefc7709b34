import Addressing
import Firmware
import SimulatedMemory

/// One boot from memory that the fuzzer wrote, by one of the protocols whose structures are spread
/// over memory by addresses.
///
/// The input is a list of writes: an address in 64 KiB, a length, and the bytes. What starts the
/// boot stands at 4 KiB.
struct LoaderRun {
  let memory: SimulatedMemory
  let low: SimulatedMemory
  static var start: UInt64 { 0x1000 }

  init() {
    memory = SimulatedMemory(at: 0, size: 1 << 16)
    low = SimulatedMemory(at: 0, size: 1 << 20)
    low.placeACPI([])
  }

  /// Makes memory what the input says, over what `base` holds at ``start``.
  func write(_ input: inout FuzzInput, over base: [UInt8]) {
    memory.window.fill(memory.range)
    memory.put(base, at: Self.start)
    while !input.isAtEnd {
      let address = UInt64(input.next(UInt16.self))
      let length = Int(input.next(UInt8.self))
      memory.put(input.next(count: length), at: address)
    }
  }

  /// Reads all that a loader said, and boots from it.
  func check(_ information: LoaderInformation, _ log: TextLog) {
    for bytes in [
      information.commandLine, information.loaderName, information.acpiRootPointer,
      information.acpiOldRootPointer,
    ] {
      if let bytes { require(memory.range.contains(bytes.range), "\(bytes.range)") }
    }
    var count = 0
    information.memoryMap?.forEach { _ in count += 1 }
    information.modules?.forEach { module in
      count += 1
      if let line = module.commandLine {
        require(memory.range.contains(line.range), "\(line.range)")
      }
    }
    information.structures?.forEach { range in
      count += 1
      require(memory.range.contains(range), "\(range)")
    }
    require(count < 1 << 18, "\(count) entries in 64 KiB")
    let run = FirmwareRun(information, low: low, log: log)
    require(run.fault == nil, run.fault ?? "")
  }
}
