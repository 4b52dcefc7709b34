import Addressing
public import Firmware

/// What the firmware says.
extension BootedMachine {
  /// Calls a function with the bytes of an ACPI table, its header included, whose length and checksum
  /// are right.
  ///
  /// - Parameters:
  ///   - signature: Its four letters: `APIC`, `MCFG`. Of several the first is taken.
  ///   - body: Gets the table's bytes.
  /// - Returns: what the function returns; `nil` where there is no such table.
  public func withACPITable<Result>(
    _ signature: String, _ body: (RawSpan) -> Result
  ) -> Result? {
    var result: Result?
    Kernel.withACPITable(signature) { result = body($0) }
    return result
  }

  /// The signatures of all ACPI tables, in the order in which they are listed.
  @export(interface)
  public var acpiTableSignatures: [String] {
    (0..<acpiTables.count).map { index in
      let letters = acpiTables[index].signature
      return String(
        decoding: (0..<4).map { UInt8(truncatingIfNeeded: letters >> (8 * $0)) }, as: UTF8.self)
    }
  }

  /// The firmware's map of memory, sorted, without overlaps, and as the command line changed it.
  @export(interface)
  public var firmwareMap: [MemoryMap.Entry] { (0..<memoryMap.count).map { memoryMap[$0] } }

  /// The processors that ACPI names, in its order, whether they run or not; none on a machine without
  /// that table.
  @export(interface)
  public var firmwareProcessors: [ACPIInterruptTable.Processor] {
    withACPITable("APIC") { bytes in
      var found: [ACPIInterruptTable.Processor] = []
      guard let table = try? ACPIInterruptTable(reading: bytes) else { return found }
      table.forEach { entry in
        // An entry that is neither enabled nor may be is there to be filled in by the firmware.
        if case .processor(let processor) = entry,
          processor.isEnabled || processor.isOnlineCapable
        {
          found.append(processor)
        }
      }
      return found
    } ?? []
  }
}
