import Addressing
import LoaderInformation
import MemoryMap

/// Reads what Limine's pointers point at. They are virtual addresses in the direct map, which is
/// what the window shows.
struct LimineReader {
  let window: PhysicalMemoryWindow

  /// The bytes behind a pointer.
  func bytes(
    _ piece: LoaderPiece, at pointer: UInt64, count: UInt64
  ) throws(LoaderViolation) -> PhysicalBytes {
    guard let address = window.physicalAddress(of: VirtualAddress(pointer)),
      let bytes = PhysicalBytes(at: address, count: count, in: window)
    else { throw LoaderViolation(piece, at: pointer, .unreachable) }
    return bytes
  }

  /// The text behind a pointer; `nil` for a null pointer.
  func text(_ piece: LoaderPiece, at pointer: UInt64) throws(LoaderViolation) -> PhysicalBytes? {
    guard pointer != 0 else { return nil }
    guard let address = window.physicalAddress(of: VirtualAddress(pointer)) else {
      throw LoaderViolation(piece, at: pointer, .unreachable)
    }
    let limit = LoaderInformation.longestText
    guard let text = PhysicalBytes(textAt: address, limit: limit, in: window) else {
      throw LoaderViolation(piece, at: pointer, .stringUnterminated)
    }
    return text
  }

  /// The table of pointers of a response: its revision, a count, and where the table is.
  func pointers(
    _ piece: LoaderPiece, of response: VirtualAddress
  ) throws(LoaderViolation) -> PhysicalBytes {
    let response = try bytes(piece, at: response.value, count: 24)
    let count = response.littleEndian(UInt64.self, at: 8) ?? 0
    let table = response.littleEndian(UInt64.self, at: 16) ?? 0
    guard count > 0 else { return response.part(0..<0) }
    let (size, overflows) = count.multipliedReportingOverflow(by: 8)
    guard !overflows else { throw LoaderViolation(piece, at: table, .unreachable) }
    return try bytes(piece, at: table, count: size)
  }

  /// An address that older base revisions give as a pointer and newer ones as it is.
  func physical(_ address: UInt64) -> PhysicalAddress {
    window.physicalAddress(of: VirtualAddress(address)) ?? PhysicalAddress(address)
  }

  /// The entry of the memory map behind a pointer: base, length, type.
  func memoryRange(at pointer: UInt64) throws(LoaderViolation) -> LoaderMemoryRange {
    let entry = try bytes(.memoryMap, at: pointer, count: 24)
    var range = LoaderMemoryRange(
      start: entry.littleEndian(at: 0) ?? 0, size: entry.littleEndian(at: 8) ?? 0,
      type: .reserved)
    switch entry.littleEndian(UInt64.self, at: 16) {
    case 0: range.type = .usable
    case 2: range.type = .acpiData
    case 3: range.type = .acpiNVS
    case 4: range.type = .unusable
    case 5, 6:
      // What the loader still uses; the kernel and its modules.
      range.type = .usable
      range.isInUse = true
    default: range.type = .reserved
    }
    return range
  }

  /// The module behind a pointer: `struct limine_file`.
  func module(at pointer: UInt64) throws(LoaderViolation) -> LoaderModule {
    let file = try bytes(.modules, at: pointer, count: 40)
    let address = file.littleEndian(UInt64.self, at: 8) ?? 0
    let size = file.littleEndian(UInt64.self, at: 16) ?? 0
    guard let start = window.physicalAddress(of: VirtualAddress(address)) else {
      throw LoaderViolation(.modules, at: address, .unreachable)
    }
    let text = try? text(.moduleCommandLine, at: file.littleEndian(at: 32) ?? 0)
    return LoaderModule(AddressRange(at: start, size: size), commandLine: text)
  }
}
