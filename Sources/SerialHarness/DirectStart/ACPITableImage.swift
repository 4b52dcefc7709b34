/// ACPI tables in memory, with the root pointer that leads to them (ACPI 6.5, section 5.2).
public struct ACPITableImage: Sendable {
  /// The table of tables (XSDT) and the tables, to be put where the image was made for.
  public let bytes: [UInt8]
  /// The root pointer (RSDP) of revision 2.
  public let rootPointer: [UInt8]

  /// Puts tables behind one another.
  ///
  /// - Parameters:
  ///   - tables: The tables.
  ///   - address: The physical address of the image.
  public init(_ tables: [Machine.ACPITable], at address: UInt32) {
    var body: [UInt8] = []
    var next = UInt64(address) + UInt64(36 + 8 * tables.count)
    var content: [UInt8] = []
    for table in tables {
      body.append(little: next)
      let bytes = Self.table(table)
      content += bytes
      next += UInt64(bytes.count)
    }
    bytes = Self.table(Machine.ACPITable("XSDT", body: body)) + content

    var pointer = Array("RSD PTR \u{0}HARNES\u{2}".utf8)
    pointer.append(0, 36)
    pointer.append(little: UInt64(address))
    pointer += [0, 0, 0, 0]
    pointer[8] = Self.checksum(pointer[..<20])
    pointer[32] = Self.checksum(pointer[...])
    rootPointer = pointer
  }

  private static func table(_ table: Machine.ACPITable) -> [UInt8] {
    var bytes = Array((table.signature + "    ").utf8.prefix(4))
    bytes.append(UInt32(36 + table.body.count))
    bytes += [table.revision, 0]
    bytes += Array("HARNESDIRECT  ".utf8)
    bytes.append(1, 0, 1)
    bytes += table.body
    bytes[9] = checksum(bytes[...])
    return bytes
  }

  /// The byte that makes the sum of all of them zero.
  private static func checksum(_ bytes: ArraySlice<UInt8>) -> UInt8 {
    0 &- bytes.reduce(0, &+)
  }
}
