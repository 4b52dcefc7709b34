/// The maps that Linux prints: E820's, and what became of it.
extension LogReader {
  /// Reads an entry of a map: `BIOS-e820: [mem 0x…-0x…] usable`.
  mutating func readMap(_ line: LineScanner) -> Bool {
    var rest = line
    let source: MapSource
    if rest.skip("BIOS-e820: ") || rest.skip("BIOS-e801: ") || rest.skip("BIOS-88: ") {
      source = .e820
    } else if rest.skip("Xen: ") {
      source = .xen
    } else if rest.skip("user: ") {
      source = .user
    } else if rest.skip("modified: ") {
      source = .modified
    } else if rest.skip("reserve setup_data: ") {
      source = .setupData
    } else {
      return false
    }
    // Linux 7.0 says where nothing is as well.
    rest.skipSpaces()
    if rest.skip("[gap ") {
      log.marksKernelReservations = true
      return count(.e820)
    }
    let expected = "expected '\(source.name): [mem 0xSTART-0xLAST] TYPE'"
    guard let range = rest.bracketedRange() ?? rest.oldRange(), !range.isReversed,
      let type = rest.memoryType()
    else { return note(expected, in: line) }
    return append(range, type, source, line, form: .e820)
  }

  /// Reads what is in brackets without a name before it: `[mem 0x…-0x…]  System RAM`, Limine's
  /// and Xen's entries.
  mutating func readBracket(_ line: LineScanner) -> Bool {
    var rest = line
    if rest.skip("[gap 0x") { return true }
    if let range = rest.bracketedRange() {
      // `[mem 0x40000000-0xfeffbfff] available for PCI devices`
      guard !range.isReversed, let type = rest.memoryType() else { return false }
      return append(range, type, .e820, line, form: .e820)
    }
    guard rest.skip("[") else { return false }
    return readLimine(rest, whole: line) || readXen(rest, whole: line)
  }

  /// Reads `e820: update [mem …] usable ==> reserved` and `e820: remove [mem …] usable`.
  mutating func readMapEdit(_ line: LineScanner) -> Bool {
    var rest = line
    guard rest.skip("e820: update ") || rest.skip("e820: remove "),
      let range = rest.bracketedRange(), !range.isReversed
    else { return false }
    log.edits.append(MapEdit(start: range.first, last: range.last, line: kept(line)))
    return true
  }

  /// Adds an entry to a map.
  mutating func append(
    _ range: ClosedBytes, _ type: UInt32, _ source: MapSource, _ line: LineScanner,
    form: LogForm
  ) -> Bool {
    log.maps[source.rawValue].append(
      LoggedRange(start: range.first, last: range.last, type: type, line: kept(line)))
    return count(form)
  }
}

extension LineScanner {
  /// Reads the range of Linux before 3.5, whose end is the byte past the last: `0000000000000000
  /// - 000000000009fc00`.
  mutating func oldRange() -> ClosedBytes? {
    let start = position
    if let first = hex(), skip(" - "), let end = hex(), end >= first {
      return ClosedBytes(first: first, last: end &- 1)
    }
    position = start
    return nil
  }

  /// Reads the rest of the line as the words for a type of memory, in any system's words, with
  /// a size before it or without.
  mutating func memoryType() -> UInt32? {
    skipSpaces()
    // `[mem 0x…-0x…]  639.5 KB  System RAM`, which patches for Linux 7.0 had.
    if next >= 0x30, next <= 0x39 {
      while next != 0x20, !isAtEnd { position += 1 }
      skipSpaces()
      guard next | 0x20 == 0x6b || next == 0x4d || next == 0x47 || next == 0x54 else { return nil }
      while next != 0x20, !isAtEnd { position += 1 }
      skipSpaces()
    }
    let isInParentheses = skip("(") || skip("<")
    guard let type = typeWords() else { return nil }
    if isInParentheses { _ = skip(")") || skip(">") }
    skipSpaces()
    return isAtEnd ? type : nil
  }

  private mutating func typeWords() -> UInt32? {
    if skipWord("usable ram") || skipWord("usable") || skipWord("system ram")
      || skipWord("kernel usable ram") || skipWord("available ram") || skipWord("available")
    {
      return 1
    }
    if skipWord("soft reserved") { return 0xefff_ffff }
    if skipWord("reserved ram") || skipWord("reserved") || skipWord("device reserved") { return 2 }
    if skipWord("acpi data") || skipWord("acpi tables") || skipWord("acpi reclaimable ram")
      || skipWord("acpi reclaimable")
    {
      return 3
    }
    if skipWord("acpi nvs") || skipWord("acpi non-volatile storage ram")
      || skipWord("acpi non-volatile storage")
    {
      return 4
    }
    if skipWord("unusable memory") || skipWord("unusable") || skipWord("faulty ram (badram)")
      || skipWord("bad memory")
    {
      return 5
    }
    if skipWord("persistent memory (legacy)") { return 12 }
    if skipWord("persistent memory") { return 7 }
    if skipWord("persistent ram (type ") || skipWord("persistent (type ") {
      guard let number = decimal(), skip(")") else { return nil }
      return UInt32(exactly: number)
    }
    if skipWord("unknown type ") || skipWord("type = ") || skipWord("type ") || skipWord("type=") {
      return number().flatMap { UInt32(exactly: $0) }
    }
    // Memory that a loader holds itself: taken as in use.
    if skipWord("framebuffer") || skipWord("kernel/modules")
      || skipWord("executable and modules") || skipWord("ram holding coreboot tables")
      || skipWord("ram holding firmware code")
    {
      return 2
    }
    // What a loader needs until it has started a kernel.
    if skipWord("bootloader reclaimable") || skipWord("efi reclaimable") { return 1 }
    return nil
  }
}
