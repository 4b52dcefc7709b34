import Addressing
import LoaderInformation

/// The fields of Linux's boot parameters, the "zero page" (Linux, `Documentation/arch/x86`:
/// `zero-page.rst` and `boot.rst`), by their offsets.
struct LinuxBootParameters {
  static var size: UInt64 { 4096 }
  /// The table in the zero page has room for so many entries.
  static var entryLimit: Int { 128 }
  static var entrySize: Int { 20 }
  /// More pieces of appended data are not looked at: a list that leads back to itself has no end.
  static var appendedLimit: Int { 64 }
  /// `SETUP_E820_EXT`: the entries of the memory map that the table has no room for.
  static var moreEntries: UInt32 { 1 }

  let bytes: PhysicalBytes

  init(at address: PhysicalAddress, in window: PhysicalMemoryWindow) throws(LoaderViolation) {
    guard let bytes = PhysicalBytes(at: address, count: Self.size, in: window) else {
      throw LoaderViolation(.startStructure, at: address.value, .unreachable)
    }
    self.bytes = bytes
    guard field16(0x1fe) == 0xaa55, field32(0x202) == 0x5372_6448 else {
      throw LoaderViolation(.startStructure, at: address.value, .magic)
    }
  }

  /// Boot parameters that have been checked before.
  init(checked bytes: PhysicalBytes) { self.bytes = bytes }

  func field8(_ offset: Int) -> UInt8 { bytes.littleEndian(at: offset) ?? 0 }
  func field16(_ offset: Int) -> UInt16 { bytes.littleEndian(at: offset) ?? 0 }
  func field32(_ offset: Int) -> UInt32 { bytes.littleEndian(at: offset) ?? 0 }
  func field64(_ offset: Int) -> UInt64 { bytes.littleEndian(at: offset) ?? 0 }

  /// A number whose halves stand apart: the protocol grew.
  func number(low: Int, high: Int) -> UInt64 {
    UInt64(field32(low)) | UInt64(field32(high)) << 32
  }

  /// The version of the boot protocol, 2.15 as 0x20f.
  var version: UInt16 { field16(0x206) }
  var commandLine: PhysicalAddress { PhysicalAddress(number(low: 0x228, high: 0xc8)) }
  var ramdiskStart: UInt64 { number(low: 0x218, high: 0xc0) }
  var ramdiskSize: UInt64 { number(low: 0x21c, high: 0xc4) }
  var rootPointer: PhysicalAddress { PhysicalAddress(field64(0x70)) }

  /// The number of entries in the table of the zero page.
  var entryCount: Int { Swift.min(statedEntryCount, Self.entryLimit) }
  var statedEntryCount: Int { Int(field8(0x1e8)) }

  /// A piece of the list that is appended to the zero page: `struct setup_data`.
  struct Appended {
    let type: UInt32
    let data: PhysicalBytes
    /// The piece with its header.
    let memory: AddressRange
    let next: UInt64
  }

  /// The piece with that number; `nil` past the list's end.
  func appended(_ index: Int) throws(LoaderViolation) -> Appended? {
    guard version >= 0x209 else { return nil }
    var address = field64(0x250)
    for step in 0... {
      guard address != 0 else { return nil }
      guard step < Self.appendedLimit else {
        throw LoaderViolation(.appendedData, at: address, .tooMany)
      }
      let piece = try piece(at: address)
      if step == index { return piece }
      address = piece.next
    }
    return nil
  }

  private func piece(at address: UInt64) throws(LoaderViolation) -> Appended {
    let start = PhysicalAddress(address)
    guard let header = PhysicalBytes(at: start, count: 16, in: bytes.window),
      let next = header.littleEndian(UInt64.self, at: 0),
      let type = header.littleEndian(UInt32.self, at: 8),
      let length = header.littleEndian(UInt32.self, at: 12),
      let whole = PhysicalBytes(at: start, count: 16 + UInt64(length), in: bytes.window)
    else { throw LoaderViolation(.appendedData, at: address, .unreachable) }
    return Appended(
      type: type, data: whole.part(16..<whole.count), memory: whole.range, next: next)
  }
}
