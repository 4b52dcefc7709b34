// fuzz-sources: Tests/FirmwareTests/FirmwareRun.swift Tests/FirmwareTests/ACPIBuilder.swift
// fuzz-sources: Tests/FirmwareTests/Multiboot2Builder.swift Tests/FirmwareTests/TextLog.swift
// fuzz-sources: Tests/FirmwareTests/RawBytes.swift Tests/FirmwareTests/RecordedMap.swift
import SimulatedMemory

nonisolated(unsafe) private let low = SimulatedMemory(at: 0, size: 1 << 20)

private let information = {
  var builder = Multiboot2Builder()
  builder.memoryMap([
    (0, 0x9_fc00, 1), (0x10_0000, 0x3fef_0000, 1), (0x1_0000_0000, 0x1_0000_0000, 1),
  ])
  return builder.finished()
}()

/// The input is a list of ACPI tables, each after a kind and a length. Kinds 0 to 3 are bodies
/// of SRAT, SLIT and FACP and whole tables, whose checksums are made right; kind 4 is a table
/// as it is, and kind 5 the root table's entries.
@c(LLVMFuzzerTestOneInput)
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  var input = unsafe FuzzInput(data, size)
  var tables: [[UInt8]] = []
  var entries: [UInt32]?
  while !input.isAtEnd, tables.count < 8 {
    let kind = input.next(UInt8.self)
    let length = Int(input.next(UInt16.self)) % 4096
    let body = input.next(count: length)
    switch kind % 6 {
    case 0: tables.append(ACPIBuilder.table("SRAT", revision: kind / 6 % 4, body))
    case 1: tables.append(ACPIBuilder.table("SLIT", body))
    case 2: tables.append(ACPIBuilder.table("FACP", body))
    case 3: tables.append(body.count > 9 ? ACPIBuilder.withChecksum(body, at: 9) : body)
    case 4: tables.append(body)
    default:
      entries = stride(from: 0, to: body.count & ~3, by: 4).map { place in
        (0..<4).reduce(0) { $0 | UInt32(body[place + $1]) << UInt32(8 * $1) }
      }
    }
  }
  unsafe low.placeACPI(tables, entries: entries)
  let run = FirmwareRun(information: information, low: unsafe low)
  require(run.fault == nil, run.fault ?? "")
  return 0
}
