import Addressing

/// What can be wrong with an ACPI table; each costs the table, not the boot.
public enum ACPIProblem: Error, Sendable {
  /// The bytes are not those of a root pointer.
  case signature
  /// The bytes don't add up to 0 modulo 256.
  case checksum
  /// The stated length is less than the fields that every such table has, more than 4 MiB, or
  /// more than the copy that the loader made.
  case length
  /// The table lies outside of the memory that can be seen.
  case unreachable
  /// The root pointer names neither table of tables.
  case noRootTable
  /// There is no room for another table: 128 are kept.
  case tooMany
  /// The table is listed twice.
  case listedTwice

  /// The rule in words, for the log.
  public var text: String {
    switch self {
    case .signature: "the signature is not \"RSD PTR \""
    case .checksum: "the bytes must add up to 0"
    case .length: "the length must hold the header, and 4 MiB must hold the table"
    case .unreachable: "it lies outside of the memory that can be seen"
    case .noRootTable: "it names no table of tables"
    case .tooMany: "128 tables are all there is room for"
    case .listedTwice: "it is listed twice"
    }
  }

  /// Writes `ACPI: table at 0x…: the bytes must add up to 0; not used`.
  func write(tableAt address: UInt64, to log: inout some TextSink & ~Copyable) {
    log.write("ACPI: table at ")
    log.write(hex: address, digits: 8)
    log.write(": ")
    log.write(text)
    log.write("; not used\n")
  }
}

extension RawSpan {
  /// Whether the bytes add up to 0 modulo 256.
  var addsUpToZero: Bool {
    var sum: UInt8 = 0
    for index in byteOffsets { sum &+= self[byteAt: index] }
    return sum == 0
  }
}
