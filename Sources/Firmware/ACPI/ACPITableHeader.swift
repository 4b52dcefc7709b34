import Addressing

/// The 36 bytes that nearly every ACPI table starts with (ACPI 6.5, section 5.2.6), after its
/// length and checksum have been verified.
struct ACPITableHeader {
  /// The four letters, the first in the lowest byte.
  let signature: UInt32
  /// The whole table.
  let range: AddressRange
  private let revision: UInt8
  private let oemID: UInt64
  private let oemTableID: UInt64
  private let oemRevision: UInt32
  private let creatorID: UInt32
  private let creatorRevision: UInt32

  /// More than any table known; it bounds what a broken length costs.
  private static var maximumLength: UInt32 { 4 << 20 }

  /// Reads and verifies the header of the table at `address`.
  init(
    checking address: PhysicalAddress, through window: PhysicalMemoryWindow
  ) throws(ACPIProblem) {
    guard let start = PhysicalBytes(at: address, count: 8, in: window),
      let signature = start.littleEndian(UInt32.self, at: 0),
      let length = start.littleEndian(UInt32.self, at: 4)
    else { throw .unreachable }
    // The FACS has a signature and a length, and neither a checksum nor the other fields.
    let isFACS = signature == ACPITables.number(of: "FACS")
    guard length >= (isFACS ? 24 : 36), length <= Self.maximumLength else { throw .length }
    guard let table = PhysicalBytes(at: address, count: UInt64(length), in: window) else {
      throw .unreachable
    }
    self = try table.withBytes { (bytes) throws(ACPIProblem) in
      guard isFACS || bytes.addsUpToZero else { throw .checksum }
      return ACPITableHeader(signature, table.range, isFACS, bytes)
    }
  }

  private init(
    _ signature: UInt32, _ range: AddressRange, _ isFACS: Bool, _ bytes: RawSpan
  ) {
    self.signature = signature
    self.range = range
    revision = isFACS ? 0 : bytes[byteAt: 8]
    // Six letters; the two bytes that follow are the next field's.
    oemID = (bytes.littleEndian(UInt64.self, at: 10) ?? 0) & 0xffff_ffff_ffff
    oemTableID = bytes.littleEndian(UInt64.self, at: 16) ?? 0
    oemRevision = bytes.littleEndian(UInt32.self, at: 24) ?? 0
    creatorID = bytes.littleEndian(UInt32.self, at: 28) ?? 0
    creatorRevision = bytes.littleEndian(UInt32.self, at: 32) ?? 0
  }

  /// Writes the table's line as Linux does: `acpi_tb_print_table_header`.
  func write(to log: inout some TextSink & ~Copyable) {
    log.write("ACPI: ")
    log.write(characters: UInt64(signature), count: 4)
    log.write(" 0x")
    log.write(capitalHex: range.start.value, digits: 16)
    log.write(" ")
    log.write(capitalHex: range.size, digits: 6)
    if signature != ACPITables.number(of: "FACS") {
      log.write(" (v")
      if revision < 10 { log.write("0") }
      log.write(decimal: UInt64(revision))
      log.write(" ")
      log.write(characters: oemID, count: 6)
      log.write(" ")
      log.write(characters: oemTableID, count: 8)
      log.write(" ")
      log.write(capitalHex: UInt64(oemRevision), digits: 8)
      log.write(" ")
      log.write(characters: UInt64(creatorID), count: 4)
      log.write(" ")
      log.write(capitalHex: UInt64(creatorRevision), digits: 8)
      log.write(")")
    }
    log.write("\n")
  }
}

extension TextSink where Self: ~Copyable {
  /// Writes a number like `printf`'s `%0*X`.
  fileprivate mutating func write(capitalHex number: UInt64, digits: Int) {
    let needed = (64 - number.leadingZeroBitCount + 3) / 4
    for place in (0..<Swift.max(digits, needed)).reversed() {
      let nibble = UInt8(number >> UInt64(4 * place) & 0xf)
      write(nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "A") + nibble - 10)
    }
  }
}
