// fuzz-sources: Tests/FirmwareTests/MapModel.swift Tests/FirmwareTests/TextLog.swift
import Addressing
import Firmware

nonisolated(unsafe) private var map = MemoryMap()

/// The input is a list of entries in a small address space, three bytes each, after the size of
/// its units; a model that looks at every unit must have the same map.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  var input = unsafe FuzzInput(data, size)
  let shift = UInt64(input.next(UInt8.self) % 40)
  var model = MapModel(units: 256)
  var log = TextLog()
  unsafe map.removeAll()
  var count = 0
  while !input.isAtEnd {
    let low = Int(input.next(UInt8.self))
    let high = min(low + Int(input.next(UInt8.self)), 256)
    let kind = UInt32(input.next(UInt8.self))
    let type: UInt32 = kind == 255 ? 0xefff_ffff : kind % 16
    model.add(low..<high, type)
    count += 1
    unsafe map.append(
      start: PhysicalAddress(UInt64(low) << shift), size: UInt64(high - low) << shift,
      type: MemoryType(rawValue: type), log: &log)
  }
  unsafe map.sanitize(log: &log)
  let result = unsafe entries(of: map)
  // Where the table overflowed, only the promise about it holds. Where it was merely full on the
  // way, hidden borders are forgotten.
  if log.text.isEmpty {
    let wanted = model.entries(scale: 1 << shift, base: 0)
    let isSame = count > MemoryMap.capacity ? joined(result) == joined(wanted) : result == wanted
    require(isSame, "\(result)")
  }
  for entry in result where entry.type == .usable {
    for unit in Int(entry.start.value >> shift)..<Int(entry.end.value >> shift) {
      require(model.types[unit] == 1, "unit \(unit) is usable: \(result)")
    }
  }
  return 0
}
