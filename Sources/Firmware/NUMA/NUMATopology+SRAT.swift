import Addressing
import Memblock

/// What ACPI's System Resource Affinity Table says (ACPI 6.5, section 5.2.16).
extension NUMATopology {
  /// Reads SRAT and SLIT.
  ///
  /// - Returns: whether there is an SRAT that makes sense and speaks of memory.
  ///
  /// Linux: `acpi_numa_init`, without the windows of CXL memory.
  mutating func readACPI(
    _ tables: borrowing ACPITables, _ window: PhysicalMemoryWindow, _ options: BootOptions,
    _ memblock: inout Memblock, log: inout some TextSink & ~Copyable
  ) throws(MemblockError) -> Bool {
    var reader = AffinityReader(isDisabled: options.ignoresSRAT)
    if let range = tables.range(of: "SRAT") {
      // Processors come before memory, whatever the table's order: they number the nodes.
      try window.withBytes(of: range) { (bytes) throws(MemblockError) in
        reader.revision = bytes[byteAt: 8]
        _ = try readEntries(bytes, ofMemory: false, &reader, &memblock, log: &log)
        reader.isComplete = try readEntries(
          bytes, ofMemory: true, &reader, &memblock, log: &log)
      }
    }
    if let range = tables.range(of: "SLIT") {
      window.withBytes(of: range) { bytes in
        readDistances(bytes, log: &log)
      }
    }
    return reader.isComplete && !reader.isDisabled && reader.memoryCount > 0
  }

  /// Goes through the entries once, for memory or for all else.
  ///
  /// - Returns: whether the walk came to the table's end.
  private mutating func readEntries(
    _ bytes: RawSpan, ofMemory: Bool, _ reader: inout AffinityReader,
    _ memblock: inout Memblock, log: inout some TextSink & ~Copyable
  ) throws(MemblockError) -> Bool {
    var offset = 48
    while bytes.byteCount - offset > 2 {
      let type = bytes[byteAt: offset]
      let length = Int(bytes[byteAt: offset + 1])
      guard length > 0, length <= bytes.byteCount - offset else {
        log.write("ACPI: [SRAT:")
        log.write(hex: UInt64(type), digits: 2)
        log.write("] ")
        log.write(length == 0 ? "Invalid zero length" : "entry passes the table's end")
        log.write(" at offset ")
        log.write(hex: UInt64(offset))
        log.write("\n")
        // What was read of a table that lies about its end is not to be trusted.
        if length > 0 { reader.disable(log: &log) }
        return false
      }
      let entry = bytes.extracting(offset..<offset + length)
      offset += length
      switch (type, ofMemory) {
      case (0, false): takeProcessor(entry, &reader, log: &log)
      case (2, false): takeX2APIC(entry, &reader, log: &log)
      case (5, false):
        // Linux ends the walk at an initiator that is not enabled.
        guard takeInitiator(entry, &reader, log: &log) else { return false }
      case (1, true): try takeMemory(entry, &reader, &memblock, log: &log)
      default: break
      }
    }
    return true
  }

  private mutating func takeMemory(
    _ entry: RawSpan, _ reader: inout AffinityReader, _ memblock: inout Memblock,
    log: inout some TextSink & ~Copyable
  ) throws(MemblockError) {
    guard !reader.isDisabled else { return }
    guard let memory = MemoryAffinity(entry, revision: reader.revision) else {
      log.write("ACPI: SRAT: Unexpected header length: ")
      log.write(decimal: UInt64(entry.byteCount))
      log.write("\n")
      return reader.disable(log: &log)
    }
    guard memory.isEnabled else { return }
    guard let node = proximity.assign(memory.domain) else {
      log.write("ACPI: SRAT: Too many proximity domains.\n")
      return reader.disable(log: &log)
    }
    let end = memory.start &+ memory.length
    guard blocks.add(memory.start, end, node: node, log: &log) else {
      log.write("ACPI: SRAT: Failed to add memblk to node ")
      log.write(decimal: UInt64(node.value))
      log.write("\n")
      return reader.disable(log: &log)
    }
    parsedNodes.insert(node)
    memory.write(node, to: &log)
    if memory.isHotPluggable {
      try memblock.markHotplug(
        AddressRange(at: PhysicalAddress(memory.start), size: memory.length))
    }
    reader.memoryCount += 1
  }

  /// Linux: `acpi_numa_processor_affinity_init`.
  private mutating func takeProcessor(
    _ entry: RawSpan, _ reader: inout AffinityReader, log: inout some TextSink & ~Copyable
  ) {
    guard !reader.isDisabled else { return }
    guard entry.byteCount == 16, let flags = entry.littleEndian(UInt32.self, at: 4) else {
      return reader.disable(log: &log)
    }
    guard flags & 1 == 1 else { return }
    var domain = UInt32(entry[byteAt: 2])
    if reader.revision >= 2, let high = entry.littleEndian(UInt32.self, at: 9) {
      domain |= high << 8
    }
    take(domain, &reader, log: &log)
  }

  /// Linux: `acpi_numa_x2apic_affinity_init`.
  private mutating func takeX2APIC(
    _ entry: RawSpan, _ reader: inout AffinityReader, log: inout some TextSink & ~Copyable
  ) {
    guard !reader.isDisabled else { return }
    guard entry.byteCount >= 24, let domain = entry.littleEndian(UInt32.self, at: 4),
      let apic = entry.littleEndian(UInt32.self, at: 8),
      let flags = entry.littleEndian(UInt32.self, at: 12)
    else { return reader.disable(log: &log) }
    guard flags & 1 == 1 else { return }
    if apic >= 32_768 {
      // Linux gives such a processor no node, but its domain a number.
      _ = proximity.assign(domain)
    } else {
      take(domain, &reader, log: &log)
    }
  }

  /// Counts the node of a processor's domain.
  private mutating func take(
    _ domain: UInt32, _ reader: inout AffinityReader, log: inout some TextSink & ~Copyable
  ) {
    if let node = proximity.assign(domain) {
      parsedNodes.insert(node)
    } else {
      log.write("SRAT: Too many proximity domains ")
      log.write(hex: UInt64(domain))
      log.write("\n")
      reader.disable(log: &log)
    }
  }

  /// Linux: `acpi_parse_gi_affinity`.
  private mutating func takeInitiator(
    _ entry: RawSpan, _ reader: inout AffinityReader, log: inout some TextSink & ~Copyable
  ) -> Bool {
    guard let domain = entry.littleEndian(UInt32.self, at: 4),
      let flags = entry.littleEndian(UInt32.self, at: 24), flags & 1 == 1
    else { return false }
    guard let node = proximity.assign(domain) else {
      log.write("ACPI: SRAT: Too many proximity domains.\n")
      return false
    }
    parsedNodes.insert(node)
    return true
  }
}
