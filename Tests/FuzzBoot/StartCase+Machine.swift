import SerialHarness

/// Where a case's pieces are in memory; the kernel itself is at 2 MiB.
private enum Place {
  static let symbols: UInt32 = 0x400000
  static let information: UInt32 = 0x500000
  static let tables: UInt32 = 0x600000
}

extension StartCase {
  /// The machine that the case describes.
  func machine(starting kernel: KernelELF) throws -> Machine {
    var information = Multiboot2TagList()
    var pieces: [Machine.DirectStart.Piece] = []
    information.tags.append(.commandLine(rest(of: "command-line") ?? ""))
    information.tags.append(.loaderName("fuzz-boot"))
    for words in operands(of: "module") {
      let place = try Self.numbers(Array(words.prefix(2)), count: 2, in: "module")
      information.tags.append(
        .module(
          start: UInt32(truncatingIfNeeded: place[0]), end: UInt32(truncatingIfNeeded: place[1]),
          argument: words.dropFirst(2).joined(separator: " ")))
    }
    information.tags.append(.memoryMap(try memoryMap()))
    for words in operands(of: "framebuffer") {
      let numbers = try Self.numbers(words, count: 6, in: "framebuffer")
      information.tags.append(
        .framebuffer(
          address: numbers[0], pitch: UInt32(truncatingIfNeeded: numbers[1]),
          width: UInt32(truncatingIfNeeded: numbers[2]),
          height: UInt32(truncatingIfNeeded: numbers[3]),
          bits: UInt8(truncatingIfNeeded: numbers[4]), type: UInt8(truncatingIfNeeded: numbers[5])))
    }

    let sizes = try operands(of: "symbols-size").map {
      try Self.numbers($0, count: 1, in: "symbols-size")[0]
    }
    let symbols = kernel.symbols(at: Place.symbols) { header in
      guard let size = sizes.last else { return }
      var bytes: [UInt8] = []
      bytes.append(little: size)
      header.replaceSubrange(32..<40, with: bytes)
    }
    pieces += symbols.pieces
    information.tags.append(symbols.tag)

    let acpi = ACPITableImage(try acpiTables(), at: Place.tables)
    pieces.append(
      Machine.DirectStart.Piece(at: Place.tables, try patched(acpi.bytes, by: "patch-tables")))
    information.tags.append(.acpiRoot(try patched(acpi.rootPointer, by: "patch-root")))
    for words in operands(of: "tag") {
      let type = try Self.numbers(Array(words.prefix(1)), count: 1, in: "tag")[0]
      information.tags.append(
        Multiboot2TagList.Tag(
          type: UInt32(truncatingIfNeeded: type), body: try Self.bytes(words.dropFirst().joined())))
    }
    for words in operands(of: "without-tag") {
      let type = try Self.numbers(words, count: 1, in: "without-tag")[0]
      information.tags.removeAll { UInt64($0.type) == type }
    }

    var start = Machine.DirectStart(entry: kernel.entry)
    start.pieces = kernel.pieces + pieces
    start.pieces.append(
      Machine.DirectStart.Piece(
        at: Place.information, try patched(information.bytes, by: "patch-information")))
    start.registers.eax = 0x36d7_6289
    start.registers.ebx = Place.information
    for words in operands(of: "register") { try Self.setRegister(words, in: &start) }

    var machine = Machine(start: .direct(start))
    machine.accelerator = .tcg
    machine.board = .pc
    machine.memory = MemorySize(rest(of: "memory") ?? "64M") ?? .mebibytes(64)
    machine.processor = rest(of: "processor") ?? "max"
    return machine
  }

  private func memoryMap() throws(CaseError) -> [Multiboot2TagList.MapEntry] {
    let own = operands(of: "map")
    var entries: [Multiboot2TagList.MapEntry] = []
    for words in own.isEmpty ? StartCase(text: Self.plainMap).operands(of: "map") : own {
      let numbers = try Self.numbers(words, count: 3, in: "map")
      entries.append(
        Multiboot2TagList.MapEntry(
          start: numbers[0], length: numbers[1], type: UInt32(truncatingIfNeeded: numbers[2])))
    }
    return entries
  }

  /// Bytes with those of each line `KEYWORD OFFSET DIGITS` put over them, as far as they reach.
  private func patched(_ bytes: [UInt8], by keyword: String) throws(CaseError) -> [UInt8] {
    var bytes = bytes
    for words in operands(of: keyword) {
      let offset = try Self.numbers(Array(words.prefix(1)), count: 1, in: keyword)[0]
      for (index, byte) in try Self.bytes(words.dropFirst().joined()).enumerated()
      where offset < UInt64(bytes.count) && Int(offset) + index < bytes.count {
        bytes[Int(offset) + index] = byte
      }
    }
    return bytes
  }

  private static func setRegister(
    _ words: [String], in start: inout Machine.DirectStart
  ) throws(CaseError) {
    let number = try numbers(Array(words.dropFirst()), count: 1, in: "register")[0]
    let value = UInt32(truncatingIfNeeded: number)
    switch words.first {
    case "eax": start.registers.eax = value
    case "ebx": start.registers.ebx = value
    case "ecx": start.registers.ecx = value
    case "edx": start.registers.edx = value
    case "esi": start.registers.esi = value
    case "edi": start.registers.edi = value
    case "ebp": start.registers.ebp = value
    case "esp": start.registers.esp = value
    case "cr0": start.cr0 = value
    case "cr3": start.cr3 = value
    case "cr4": start.cr4 = value
    case "efer": start.efer = value
    case "flags": start.flags = value
    case "fs": start.fs = UInt16(truncatingIfNeeded: value)
    case "gs": start.gs = UInt16(truncatingIfNeeded: value)
    default: throw CaseError(description: "register \(words.joined(separator: " ")): no such one")
    }
  }
}
