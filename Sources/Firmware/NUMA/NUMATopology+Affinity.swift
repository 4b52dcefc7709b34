import ACPI
import Addressing
import KernelCommandLine
import Memblock

/// What Linux makes of ACPI's System Resource Affinity Table.
extension NUMATopology {
  /// Reads SRAT and SLIT.
  ///
  /// - Returns: whether there is an SRAT that makes sense and speaks of memory.
  ///
  /// Linux: `acpi_numa_init`, without the windows of CXL memory.
  mutating func readACPI(
    _ tables: borrowing ACPITables, _ options: BootOptions, _ memblock: inout Memblock,
    log: inout some TextSink & ~Copyable
  ) throws(MemblockError) -> Bool {
    var state = AffinityState(isDisabled: options.ignoresSRAT)
    if let bytes = tables.bytes(of: "SRAT") {
      // Processors come before memory, whatever the table's order: they number the nodes.
      try bytes.withBytes { (bytes) throws(MemblockError) in
        let table = AffinityTable(bytes)
        _ = try readEntries(table, ofMemory: false, &state, &memblock, log: &log)
        state.isComplete = try readEntries(table, ofMemory: true, &state, &memblock, log: &log)
      }
    }
    if let bytes = tables.bytes(of: "SLIT") {
      bytes.withBytes { bytes in
        readDistances(bytes, log: &log)
      }
    }
    return state.isComplete && !state.isDisabled && state.memoryCount > 0
  }

  /// Goes through the entries once, for memory or for all else.
  ///
  /// - Returns: whether the walk came to the table's end.
  private mutating func readEntries(
    _ table: borrowing AffinityTable, ofMemory: Bool, _ state: inout AffinityState,
    _ memblock: inout Memblock, log: inout some TextSink & ~Copyable
  ) throws(MemblockError) -> Bool {
    var entries = table.cursor
    while let entry = entries.next() {
      switch entry {
      case .memory(let memory) where ofMemory:
        try add(memory, &state, &memblock, log: &log)
      case .broken(type: 1, let length) where ofMemory:
        refuseMemory(ofLength: length, &state, log: &log)
      case .processor(let domain, let isEnabled) where !ofMemory:
        if isEnabled, !state.isDisabled { count(domain, &state, log: &log) }
      case .x2APIC(let domain, let identifier, let isEnabled) where !ofMemory:
        guard isEnabled, !state.isDisabled else { break }
        if identifier >= 32_768 {
          // Linux gives such a processor no node, but its domain a number.
          _ = proximity.assign(domain)
        } else {
          count(domain, &state, log: &log)
        }
      case .broken(type: 0, _) where !ofMemory, .broken(type: 2, _) where !ofMemory:
        state.disable(log: &log)
      case .initiator(let domain, let isEnabled) where !ofMemory:
        // Linux ends the walk at an initiator that is not enabled.
        guard isEnabled, countInitiator(domain, log: &log) else { return false }
      case .broken(type: 5, _) where !ofMemory:
        return false
      default: break
      }
    }
    guard let problem = entries.problem else { return true }
    log.write("ACPI: [SRAT:")
    log.write(hex: UInt64(entries.type), digits: 2)
    log.write("] ")
    log.write(problem == .zeroLength ? "Invalid zero length" : "entry passes the table's end")
    log.write(" at offset ")
    log.write(hex: UInt64(entries.offset))
    log.write("\n")
    // What was read of a table that lies about its end is not to be trusted.
    if problem == .passesEnd { state.disable(log: &log) }
    return false
  }

  /// Linux: `acpi_numa_memory_affinity_init`.
  private mutating func add(
    _ memory: MemoryAffinity, _ state: inout AffinityState, _ memblock: inout Memblock,
    log: inout some TextSink & ~Copyable
  ) throws(MemblockError) {
    guard !state.isDisabled, memory.isEnabled else { return }
    guard let node = proximity.assign(memory.domain) else {
      log.write("ACPI: SRAT: Too many proximity domains.\n")
      return state.disable(log: &log)
    }
    let end = memory.start.value &+ memory.size
    guard blocks.add(memory.start.value, end, node: node, log: &log) else {
      log.write("ACPI: SRAT: Failed to add memblk to node ")
      log.write(decimal: UInt64(node.value))
      log.write("\n")
      return state.disable(log: &log)
    }
    parsedNodes.insert(node)
    memory.write(node, to: &log)
    if memory.isHotPluggable {
      try memblock.markHotplug(AddressRange(at: memory.start, size: memory.size))
    }
    state.memoryCount += 1
  }

  private func refuseMemory(
    ofLength length: Int, _ state: inout AffinityState, log: inout some TextSink & ~Copyable
  ) {
    guard !state.isDisabled else { return }
    log.write("ACPI: SRAT: Unexpected header length: ")
    log.write(decimal: UInt64(length))
    log.write("\n")
    state.disable(log: &log)
  }

  /// Counts the node of a processor's domain.
  ///
  /// Linux: `acpi_numa_processor_affinity_init` and `acpi_numa_x2apic_affinity_init`.
  private mutating func count(
    _ domain: UInt32, _ state: inout AffinityState, log: inout some TextSink & ~Copyable
  ) {
    if let node = proximity.assign(domain) {
      parsedNodes.insert(node)
    } else {
      log.write("SRAT: Too many proximity domains ")
      log.write(hex: UInt64(domain))
      log.write("\n")
      state.disable(log: &log)
    }
  }

  /// Counts the node of a generic initiator's domain, if there is room for it.
  ///
  /// Linux: `acpi_parse_gi_affinity`.
  private mutating func countInitiator(
    _ domain: UInt32, log: inout some TextSink & ~Copyable
  ) -> Bool {
    guard let node = proximity.assign(domain) else {
      log.write("ACPI: SRAT: Too many proximity domains.\n")
      return false
    }
    parsedNodes.insert(node)
    return true
  }
}
