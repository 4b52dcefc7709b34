import SerialHarness

extension StartCase {
  /// The ACPI tables that the case's lines describe: SRAT and SLIT by their entries, others by
  /// their bytes.
  func acpiTables() throws(CaseError) -> [Machine.ACPITable] {
    var tables: [Machine.ACPITable] = []
    // ACPI 6.5, section 5.2.16: twelve reserved bytes, the first four of them 1.
    var srat: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    for words in operands(of: "srat-memory") {
      let numbers = try Self.numbers(words, count: 4, in: "srat-memory")
      srat += [1, 40]
      srat.append(little: UInt32(truncatingIfNeeded: numbers[0]))
      srat += [0, 0]
      srat.append(little: numbers[1])
      srat.append(little: numbers[2])
      srat.append(0, UInt32(truncatingIfNeeded: numbers[3]), 0, 0)
    }
    for words in operands(of: "srat-processor") {
      let numbers = try Self.numbers(words, count: 3, in: "srat-processor")
      srat += [0, 16, UInt8(truncatingIfNeeded: numbers[0]), UInt8(truncatingIfNeeded: numbers[1])]
      srat.append(UInt32(truncatingIfNeeded: numbers[2]), 0, 0)
    }
    if srat.count > 12 { tables.append(Machine.ACPITable("SRAT", revision: 3, body: srat)) }
    for words in operands(of: "slit") {
      var body: [UInt8] = []
      body.append(little: UInt64(Double(words.count).squareRoot()))
      for word in words {
        body.append(UInt8(truncatingIfNeeded: try Self.numbers([word], count: 1, in: "slit")[0]))
      }
      tables.append(Machine.ACPITable("SLIT", body: body))
    }
    for words in operands(of: "table") {
      tables.append(
        Machine.ACPITable(words.first ?? "", body: try Self.bytes(words.dropFirst().joined())))
    }
    return tables
  }
}
