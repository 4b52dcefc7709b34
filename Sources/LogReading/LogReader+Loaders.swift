/// What boot loaders, hypervisors and running systems list.
extension LogReader {
  /// Reads a line that begins with a hexadecimal number: `/proc/iomem`'s, `lsmem`'s, Xen's.
  mutating func readHex(_ line: LineScanner) -> Bool {
    var rest = line
    if rest.sees("0x") {
      // `0x0000000000000000-0x000000007fffffff   2G online  yes  0-15`
      guard let range = rest.hexRange(), !range.isReversed else { return false }
      rest.skipSpaces()
      guard rest.number() != nil else { return false }
      while rest.next > 0x20 { rest.position += 1 }
      rest.skipSpaces()
      let isOnline = rest.skip("online")
      guard isOnline || rest.skip("offline") else { return false }
      return append(range, isOnline ? 1 : 2, .lsmem, line, form: .lsmem)
    }
    let start = rest.position
    guard let first = rest.hex() else { return false }
    // `0000000000000000 - 00000000000a0000 (usable)`
    if rest.sees(" - ") {
      rest.position = start
      guard let range = rest.oldRange(), let type = rest.memoryType() else { return false }
      return append(range, type, .xen, line, form: .xen)
    }
    guard rest.skip("-"), let last = rest.hex(), rest.skip(" : "), last >= first
    else { return false }
    if last != 0 { iomemHasAddresses = true }
    // Devices are no memory, and what is indented is a part of the line above.
    let isPart = line.position > 0 && line.bytes[line.position - 1] == 0x20
    if !isPart, let type = rest.memoryType() {
      return append(
        ClosedBytes(first: first, last: last), type, .iomem, line, form: .iomem)
    }
    return count(.iomem)
  }

  /// Reads `[0x… -> 0x…] : 0x… <Usable RAM>`, Limine's, past its bracket.
  mutating func readLimine(
    _ line: LineScanner, whole: LineScanner
  ) -> Bool {
    var rest = line
    guard let first = rest.hex(), rest.skip(" -> "), let end = rest.hex(), rest.skip("] : "),
      end >= first, let length = rest.hex(), length == end - first
    else { return false }
    guard let type = rest.memoryType() else {
      return note("expected '[0xSTART -> 0xEND] : 0xLENGTH <TYPE>'", in: whole)
    }
    return append(
      ClosedBytes(first: first, last: end &- 1), type, .loader, whole, form: .limine)
  }

  /// Reads `[0000000000000000, 000000000009dfff] (usable)`, Xen's, past its bracket.
  mutating func readXen(_ line: LineScanner, whole: LineScanner) -> Bool {
    var rest = line
    guard let first = rest.hex(), rest.skip(", "), let last = rest.hex(), rest.skip("]"),
      last >= first, let type = rest.memoryType()
    else { return false }
    return append(ClosedBytes(first: first, last: last), type, .xen, whole, form: .xen)
  }

  /// Reads an entry that names its parts: `base_addr = 0x0, length = 0x9fc00, available RAM`
  /// (GRUB), ` size = 0x14, base_addr = 0x0, length = 0x9fc00, type = 0x1` (Multiboot's example
  /// kernel), `base: 0x0, length: 0x9fc00, type: Usable` and what is like them.
  mutating func readLoader(_ line: LineScanner) -> Bool {
    var rest = line
    _ = rest.skip("MM: Multiboot mmap: ")
    if rest.skip("size") {
      guard rest.skipSeparator(), rest.number() != nil, rest.skip(", ") || rest.skip(" ")
      else { return false }
    }
    guard
      rest.skip("base_addr") || rest.skip("base") || rest.skip("address") || rest.skip("addr"),
      rest.skipSeparator()
    else { return false }
    // SerenityOS marks a physical address by a P.
    _ = rest.skip("P")
    guard let base = rest.number(), rest.skip(", ") || rest.skip(" "),
      rest.skip("length") || rest.skip("len") || rest.skip("size"), rest.skipSeparator()
    else { return false }
    let expected = "expected 'base_addr = 0xBASE, length = 0xLENGTH, TYPE'"
    guard let length = rest.number(), rest.skip(", ") || rest.skip(" "),
      length == 0 || base <= .max - (length - 1)
    else { return note(expected, in: line) }
    let hasNumber = rest.skip("type")
    if hasNumber { _ = rest.skipSeparator() }
    let number = hasNumber ? rest.number().flatMap { UInt32(exactly: $0) } : nil
    guard let type = number ?? rest.memoryType() else { return note(expected, in: line) }
    return append(
      ClosedBytes(first: base, last: base &+ length &- 1), type, .loader, line,
      form: hasNumber ? .multiboot : .lsmmap)
  }
}

extension LineScanner {
  /// Goes past ` = `, `=`, `: ` or `:`.
  fileprivate mutating func skipSeparator() -> Bool {
    skipSpaces()
    guard skip("=") || skip(":") else { return false }
    skipSpaces()
    return true
  }
}
