/// EFI's memory map as Linux prints it.
extension LogReader {
  /// Reads `efi: mem00: [Conventional|   |…|WB|WT|WC|UC] range=[0x…-0x…] (1MB)`, and the form
  /// before Linux 4.3, `efi: mem00: type=7, attr=0xf, range=[0x…-0x…) (1MB)`.
  mutating func readEFI(_ line: LineScanner) -> Bool {
    var rest = line
    guard rest.skip("efi: mem") || rest.skip("EFI: mem"), rest.decimal() != nil, rest.skip(": ")
    else { return false }
    let expected = "expected 'efi: memN: [TYPE|ATTRIBUTES] range=[0xSTART-0xLAST] (SIZE)'"
    var type: UInt32?
    var attributes: UInt64 = 0
    if rest.skip("[") {
      type = rest.efiType()
      attributes = rest.efiAttributes()
    } else if rest.skip("type=") {
      type = rest.decimal().flatMap { UInt32(exactly: $0) }
      if rest.skip(", attr=") { attributes = rest.hex() ?? 0 }
      guard rest.skip(", ") else { return note(expected, in: line) }
    }
    guard let type, rest.skip("range=["), var range = rest.hexRange(), !range.isReversed
    else { return note(expected, in: line) }
    // The old form gives the byte past the last.
    if rest.skip(")"), range.last > range.first {
      range.last -= 1
    } else if !rest.skip("]") {
      return note(expected, in: line)
    }
    log.maps[MapSource.efi.rawValue].append(
      LoggedRange(
        start: range.first, last: range.last, type: type, attributes: attributes,
        line: kept(line)))
    return count(.efi)
  }
}

extension LineScanner {
  /// Reads the name of a type of EFI's: its number by UEFI 2.10, section 7.2.
  mutating func efiType() -> UInt32? {
    let start = position
    guard skipPast("|") else { return nil }
    let end = position
    position = start
    defer { position = end }
    if skip("Reserved") { return 0 }
    if skip("Loader Code") { return 1 }
    if skip("Loader Data") { return 2 }
    if skip("Boot Code") { return 3 }
    if skip("Boot Data") { return 4 }
    if skip("Runtime Code") { return 5 }
    if skip("Runtime Data") { return 6 }
    if skip("Conventional") { return 7 }
    if skip("Unusable") { return 8 }
    if skip("ACPI Reclaim") { return 9 }
    if skip("ACPI Mem") { return 10 }
    if skip("MMIO Port") || skip("Memory Mapped I/O Port") { return 12 }
    if skip("MMIO") || skip("Memory Mapped I/O") { return 11 }
    if skip("PAL Code") { return 13 }
    if skip("Persistent") { return 14 }
    if skip("Unaccepted") { return 15 }
    if skip("type=") { return hex().flatMap { UInt32(exactly: $0) } }
    return nil
  }

  /// Reads the attributes between bars up to the closing bracket, with the bracket.
  mutating func efiAttributes() -> UInt64 {
    var attributes: UInt64 = 0
    while !isAtEnd, !skip("] ") {
      skipSpaces()
      if skip("RUN") {
        attributes |= 1 << 63
      } else if skip("MR") {
        attributes |= 1 << 16
      } else if skip("SP") {
        attributes |= 1 << 18
      } else if skip("WB") {
        attributes |= 1 << 3
      } else if !sees("]") {
        position += 1
      } else if !sees("] ") {
        break
      }
    }
    return attributes
  }
}
