import SimulatedMemory

/// Spoilt variants of two real boots, each put through the whole set-up.
struct MutatedBoots {
  /// What the boot loader left, and the ACPI tables: of a real boot each.
  let information: [[UInt8]]
  let tables: [[UInt8]]

  /// The boots whose information is `information`, with the loader's copies of the root pointer
  /// turned to where ``SimulatedMemory/placeACPI(_:entries:)`` puts the tables.
  init(information: [[UInt8]], tables: [[UInt8]]) {
    self.tables = tables
    self.information = information.map { original in
      var bytes = original
      for (type, pointer) in [
        (14 as UInt8, ACPIBuilder.rootPointer(rsdt: 0xe_0100)),
        (15, ACPIBuilder.rootPointer(rsdt: 0xe_0100, xsdt: 0)),
      ] {
        let tag = [type, 0, 0, 0, UInt8(8 + pointer.count), 0, 0, 0] + "RSD PTR ".utf8
        guard let found = bytes.firstRange(of: tag) else { continue }
        bytes.replaceSubrange(
          found.lowerBound + 8..<found.lowerBound + 8 + pointer.count, with: pointer)
      }
      return bytes
    }
  }

  /// Runs so many variants; returns what went wrong, with the variant's number.
  func run(variants: Range<UInt64>) -> (faults: [String], errors: Int) {
    let low = SimulatedMemory(at: 0, size: 1 << 20)
    var faults: [String] = []
    var errors = 0
    for variant in variants {
      var mutator = Mutator(random: SeededGenerator(state: variant &* 0x1234_5678_9abc_def1))
      let original = information[Int(variant % UInt64(information.count))]
      let spoilt = variant % 3 == 0 ? original : mutator.information(original)
      let spoiltTables = variant % 3 == 1 ? tables : tables.map { mutator.table($0) }
      low.placeACPI(spoiltTables, entries: mutator.rootEntries(tables.count))
      let run = FirmwareRun(information: spoilt, low: low)
      if run.error != nil { errors += 1 }
      if let fault = run.fault { faults.append("variant \(variant): \(fault)") }
    }
    return (faults, errors)
  }
}
