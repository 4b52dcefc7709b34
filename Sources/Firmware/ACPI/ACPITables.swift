import Addressing

/// The ACPI tables of a machine: which there are and where, each with its length and checksum
/// verified (ACPI 6.5, section 5.2).
///
/// A table that breaks a rule costs itself and a line on the log. Up to 128 are kept, as in
/// Linux.
public struct ACPITables: ~Copyable {
  /// One table.
  public struct Table: Sendable {
    /// Its four letters, the first in the lowest byte.
    public var signature: UInt32 = 0
    /// The bytes it takes, its header included.
    public var range = AddressRange(from: PhysicalAddress(0), to: PhysicalAddress(0))
  }

  private var tables = InlineArray<128, Table>(repeating: Table())
  private let place = StaysInPlace()
  /// Where the tables can be seen.
  private var window: PhysicalMemoryWindow?

  /// The number of tables.
  public private(set) var count = 0

  /// No tables: what a machine without ACPI has.
  public init() {}

  /// The table at `index`, counted from 0; traps at `count` and above.
  public subscript(index: Int) -> Table {
    precondition(index >= 0 && index < count, "no such ACPI table")
    return tables[index]
  }

  /// The bytes of the first table with these four letters; `nil` where there is none. O(n).
  public func bytes(of signature: String) -> PhysicalBytes? {
    let wanted = Self.number(of: signature)
    for index in 0..<count where tables[index].signature == wanted {
      return window.flatMap { PhysicalBytes(tables[index].range, in: $0) }
    }
    return nil
  }

  /// Whether the table at `index` has byte code: DSDT or SSDT.
  public func isDefinitionBlock(_ index: Int) -> Bool {
    let signature = self[index].signature
    return signature == Self.number(of: "DSDT") || signature == Self.number(of: "SSDT")
  }

  /// The end of the highest table; 0 where there is none. O(n) in tables.
  public var end: PhysicalAddress {
    var end = PhysicalAddress.zero
    for index in 0..<count { end = Swift.max(end, tables[index].range.end) }
    return end
  }

  /// Reads the table of tables that `root` points at and checks each table in it. O(n) in
  /// bytes.
  ///
  /// Writes a line for each in Linux's words, `ACPI: SRAT 0x… … (v01 …)`, or what is wrong.
  ///
  /// - Parameters:
  ///   - root: Points at the table of tables.
  ///   - window: Where the tables can be seen, now and as long as they are used.
  ///   - log: Takes the lines.
  ///
  /// Linux: `acpi_table_init`; its early boot does not verify the checksums below the first.
  public mutating func read(
    from root: ACPIRootPointer, through window: PhysicalMemoryWindow,
    log: inout some TextSink & ~Copyable
  ) {
    count = 0
    self.window = window
    let address = root.rootTable
    do throws(ACPIProblem) {
      let header = try ACPITableHeader(checking: address, through: window)
      header.write(to: &log)
      let entrySize: UInt64 = root.isExtended ? 8 : 4
      var entry = address + 36
      while header.range.end - entry >= entrySize {
        let table = Self.address(at: entry, size: entrySize, through: window)
        if table != 0 { record(PhysicalAddress(table), through: window, log: &log) }
        entry = entry + entrySize
      }
    } catch {
      error.write(tableAt: address.value, to: &log)
    }
  }

  private mutating func record(
    _ address: PhysicalAddress, through window: PhysicalMemoryWindow,
    log: inout some TextSink & ~Copyable
  ) {
    do throws(ACPIProblem) {
      let header = try ACPITableHeader(checking: address, through: window)
      try append(header)
      header.write(to: &log)
      // The fixed table names two that are in no list (ACPI 6.5, section 5.2.9).
      if header.signature == Self.number(of: "FACP") {
        recordNamed(by: header, at: 36, extendedAt: 132, through: window, log: &log)
        recordNamed(by: header, at: 40, extendedAt: 140, through: window, log: &log)
      }
    } catch {
      error.write(tableAt: address.value, to: &log)
    }
  }

  /// Records the FACS or the DSDT, whose address stands in the fixed table with 32 bits and, in
  /// newer ones, with 64.
  private mutating func recordNamed(
    by fixed: ACPITableHeader, at offset: UInt64, extendedAt extended: UInt64,
    through window: PhysicalMemoryWindow, log: inout some TextSink & ~Copyable
  ) {
    let start = fixed.range.start
    var address: UInt64 = 0
    if fixed.range.size >= extended + 8 {
      address = Self.address(at: start + extended, size: 8, through: window)
    }
    if address == 0, fixed.range.size >= offset + 4 {
      address = Self.address(at: start + offset, size: 4, through: window)
    }
    guard address != 0 else { return }
    do throws(ACPIProblem) {
      let header = try ACPITableHeader(checking: PhysicalAddress(address), through: window)
      try append(header)
      header.write(to: &log)
    } catch {
      error.write(tableAt: address, to: &log)
    }
  }

  private mutating func append(_ header: ACPITableHeader) throws(ACPIProblem) {
    for index in 0..<count where tables[index].range.start == header.range.start {
      throw .listedTwice
    }
    guard count < tables.count else { throw .tooMany }
    tables[count] = Table(signature: header.signature, range: header.range)
    count += 1
  }

  /// Four letters as a number, the first in the lowest byte.
  static func number(of signature: String) -> UInt32 {
    let letters = signature.utf8Span.span
    var number: UInt32 = 0
    for index in letters.indices where index < 4 {
      number |= UInt32(letters[index]) << UInt32(8 * index)
    }
    return number
  }

  /// A table's address, 4 or 8 bytes long and not always aligned; the bytes were checked.
  private static func address(
    at place: PhysicalAddress, size: UInt64, through window: PhysicalMemoryWindow
  ) -> UInt64 {
    guard let bytes = PhysicalBytes(at: place, count: size, in: window) else { return 0 }
    return size == 8
      ? bytes.littleEndian(UInt64.self, at: 0) ?? 0
      : UInt64(bytes.littleEndian(UInt32.self, at: 0) ?? 0)
  }
}
