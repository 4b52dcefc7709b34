import Kernel

/// What was found, against what else is known about it.
enum FoundTests {
  static func run(in tests: inout TestRun, _ machine: BootedMachine) {
    tests.run("the command line and its options") { commandLine(machine) }
    tests.run("memblock's tables cover what the page allocator has") { memory(machine) }
    tests.run("ACPI's tables have the names that they are found by") { tables(machine) }
    tests.run("a function's address has its name") { symbol(machine) }
  }

  private static func commandLine(_ machine: BootedMachine) -> String? {
    guard machine.commandLine.utf8.count >= 5 else { return "it is empty" }
    guard let test = machine.option("test"), ["found", "all"].contains(test) else {
      return "the option test has another value"
    }
    guard machine.option("no-such-option") == nil else { return "an option that was not given" }
    // A PVH loader has no name.
    guard let loader = machine.loaderName else { return nil }
    return loader.utf8.first == UInt8(ascii: "G") ? nil : "it was not GRUB"
  }

  private static func memory(_ machine: BootedMachine) -> String? {
    let tables = machine.memblockTables
    guard !tables.memory.isEmpty, !tables.reserved.isEmpty else { return "no tables" }
    let bytes = tables.memory.reduce(0) { $0 + $1.size }
    var present: UInt64 = 0
    for node in machine.nodes {
      for number in ZoneKind.all.indices {
        guard let zone = node.zone(ZoneKind.all[number]) else { continue }
        present += zone.present
      }
      guard machine.distance(from: node.id, to: node.id) == 10 else { return "a wrong distance" }
    }
    // Memblock counts bytes; a page that is not whole is no frame.
    guard present * 4096 <= bytes, bytes - present * 4096 < 1 << 20 else {
      return "other memory than the zones have"
    }
    guard tables.reserved.contains(where: { $0.range.contains(KernelImage.memory.start) }) else {
      return "the kernel's image is not reserved"
    }
    let usable = machine.firmwareMap.filter { $0.type == .usable }.reduce(0) { $0 + $1.size }
    return usable >= bytes ? nil : "the firmware's map has less memory than memblock"
  }

  private static func tables(_ machine: BootedMachine) -> String? {
    let signatures = machine.acpiTableSignatures
    guard signatures.contains("FACP"), signatures.contains("APIC"), signatures.contains("DSDT")
    else { return "a table is missing" }
    for signature in signatures {
      let length: Int? = machine.withACPITable(signature) { bytes in
        guard bytes.byteCount >= 24, bytes[byteAt: 0] == signature.utf8.first else { return 0 }
        return Int(bytes.littleEndian(UInt32.self, at: 4) ?? 0) - bytes.byteCount
      }
      guard length == 0 else { return "a table is not what its name says" }
    }
    guard machine.withACPITable("XXXX", { _ in true }) == nil else { return "a table XXXX" }
    let processors = machine.firmwareProcessors
    guard processors.contains(where: { $0.isEnabled }) else { return "no processor" }
    return nil
  }

  private static func symbol(_ machine: BootedMachine) -> String? {
    let address = KernelImage.highAddress(of: KernelImage.text.start).value
    // A PVH loader, which has no name, passes no symbols.
    if machine.loaderName == nil {
      return machine.symbol(at: address) == nil ? nil : "a name that nobody passed"
    }
    guard let name = machine.symbol(at: address), !name.utf8.starts(with: "?".utf8) else {
      return "no name"
    }
    return machine.symbol(at: 0x1000) == nil ? nil : "a name where no text is"
  }
}
