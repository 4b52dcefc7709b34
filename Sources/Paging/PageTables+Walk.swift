public import Addressing

/// One entry that the processor reads on its way from a virtual address to its page.
public struct WalkStep: Equatable, Sendable {
  /// How many tables are below the entry's: 0 for the lowest, 3 for the top table of four levels.
  public let level: Int
  /// Whether the entry is in the top table.
  public let isTop: Bool
  /// The physical address of the entry.
  public let entryAddress: PhysicalAddress
  /// The entry's number in its table, 0 to 511.
  public let index: Int
  /// The entry's 64 bits (Intel SDM, volume 3, tables 5-15 to 5-20).
  public let bits: UInt64

  /// Whether the entry leads on, to a table or to a page.
  public var isPresent: Bool { PageTableEntry(bits: bits).isPresent }

  /// Whether the entry is the last one: absent, or a page's.
  public var isLast: Bool {
    !isPresent || level == 0 || level < 3 && PageTableEntry(bits: bits).isPage(atLevel: level)
  }
}

extension PageTables {
  /// Calls `body` for each entry on the way from the top table to what maps `virtual`, or to the
  /// entry that is absent. At most one read for each level.
  ///
  /// The same entries as ``translate(_:)`` reads. (Intel SDM, volume 3, section 5.5.4.)
  public func walk(_ virtual: VirtualAddress, _ body: (WalkStep) -> Void) {
    var table = root
    for level in (0...topLevel).reversed() {
      let entryAddress = Self.entryAddress(of: virtual, in: table, level: level)
      let entry = entry(at: entryAddress)
      let step = WalkStep(
        level: level, isTop: level == topLevel, entryAddress: entryAddress,
        index: Int((entryAddress.value & 0xfff) / 8),
        bits: entry.bits)
      body(step)
      if step.isLast { return }
      table = entry.address
    }
  }
}

extension WalkStep {
  /// Writes the entry in one line, without a line break, with Linux's names of the levels.
  public func write(to sink: inout some TextSink & ~Copyable) {
    let names: InlineArray = ["pte", "pmd", "pud", "p4d"]
    sink.write(isTop ? "pgd" : names[level])
    sink.write("[")
    sink.write(decimal: UInt64(index), width: 3)
    sink.write("] at ")
    sink.write(entryAddress)
    sink.write(": ")
    sink.write(hex: bits, digits: 16)
    guard isPresent else {
      sink.write(" not present")
      return
    }
    sink.write(isLast ? " page" : " table")
    let entry = PageTableEntry(bits: bits)
    if isLast {
      sink.write(entry.permissions.write ? " rw" : " r-")
      sink.write(entry.permissions.execute ? "x" : "-")
      if entry.permissions.user { sink.write(" user") }
    }
  }
}
