import Addressing
import LoaderInformation

/// The fields of PVH's start information, and the tables that it points at.
struct PVHStartInformation {
  /// `XEN_HVM_START_MAGIC_VALUE`: "xEn3" with the highest bit of the "E" set.
  static var magic: UInt32 { 0x336e_c578 }
  static var memoryEntrySize: Int { 24 }
  static var moduleEntrySize: Int { 32 }

  private let bytes: PhysicalBytes

  init(
    at address: PhysicalAddress, in window: PhysicalMemoryWindow
  ) throws(LoaderViolation) {
    func violation(_ rule: LoaderRule) -> LoaderViolation {
      LoaderViolation(.startStructure, at: address.value, rule)
    }
    guard let first = PhysicalBytes(at: address, count: 40, in: window) else {
      throw violation(.unreachable)
    }
    guard first.littleEndian(UInt32.self, at: 0) == Self.magic else { throw violation(.magic) }
    let version = first.littleEndian(UInt32.self, at: 4) ?? 0
    let size: UInt64 = version >= 1 ? 56 : 40
    guard let bytes = PhysicalBytes(at: address, count: size, in: window) else {
      throw violation(.unreachable)
    }
    self.bytes = bytes
  }

  /// The start information that has been checked before.
  init(checked bytes: PhysicalBytes) { self.bytes = bytes }

  private func address(at offset: Int) -> PhysicalAddress {
    PhysicalAddress(bytes.littleEndian(at: offset) ?? 0)
  }

  var commandLine: PhysicalAddress { address(at: 24) }
  var rootPointer: PhysicalAddress { address(at: 32) }

  /// The memory map's bytes; `nil` for none. Version 0 has none.
  var memoryMap: PhysicalBytes? {
    get throws(LoaderViolation) {
      let count = UInt64(bytes.littleEndian(UInt32.self, at: 48) ?? 0)
      return try LoaderInformation.table(
        .memoryMap, at: address(at: 40), count: count,
        entrySize: UInt64(Self.memoryEntrySize), in: bytes.window)
    }
  }

  /// The bytes of the list of modules; `nil` for none.
  var modules: PhysicalBytes? {
    get throws(LoaderViolation) {
      let count = UInt64(bytes.littleEndian(UInt32.self, at: 12) ?? 0)
      return try LoaderInformation.table(
        .modules, at: address(at: 16), count: count,
        entrySize: UInt64(Self.moduleEntrySize), in: bytes.window)
    }
  }

  /// What the start information and its tables take.
  var structures: LoaderList<AddressRange> {
    LoaderList(bytes) { bytes, position in
      let start = PVHStartInformation(checked: bytes)
      defer { position += 1 }
      switch position {
      case 0: return bytes.range
      case 1: return (try? start.memoryMap)?.range ?? AddressRange(from: .zero, to: .zero)
      case 2: return (try? start.modules)?.range ?? AddressRange(from: .zero, to: .zero)
      default: return nil
      }
    }
  }

  static func nextModule(in records: PhysicalBytes, _ position: inout Int) -> LoaderModule? {
    guard let address = records.littleEndian(UInt64.self, at: position),
      let size = records.littleEndian(UInt64.self, at: position + 8),
      let commandLine = records.littleEndian(UInt64.self, at: position + 16)
    else { return nil }
    position += moduleEntrySize
    return LoaderModule(
      AddressRange(at: PhysicalAddress(address), size: size),
      commandLine: try? LoaderInformation.text(
        .moduleCommandLine, at: PhysicalAddress(commandLine), in: records.window))
  }

  /// Writes what is wrong with the module at `offset`.
  static func checkModule(
    in records: PhysicalBytes, at offset: Int, log: inout some TextSink & ~Copyable
  ) {
    let address = records.littleEndian(UInt64.self, at: offset) ?? 0
    let size = records.littleEndian(UInt64.self, at: offset + 8) ?? 0
    if AddressRange(at: PhysicalAddress(address), size: size).size != size {
      LoaderViolation(.modules, at: address, .passesEnd).write(protocol: "pvh", to: &log)
    }
    let commandLine = records.littleEndian(UInt64.self, at: offset + 16) ?? 0
    do throws(LoaderViolation) {
      _ = try LoaderInformation.text(
        .moduleCommandLine, at: PhysicalAddress(commandLine), in: records.window)
    } catch {
      error.write(protocol: "pvh", to: &log)
    }
  }
}
