import Addressing

/// The table `APIC` (MADT): a machine's processors and interrupt controllers (ACPI 6.5, section
/// 5.2.12).
public struct ACPIInterruptTable: ~Escapable {
  /// A processor.
  public struct Processor: Equatable, Sendable {
    /// The number that the namespace and the affinity table know it by.
    public let uid: UInt32
    /// The number of its local APIC.
    public let apicID: UInt32
    /// Whether it can be started.
    public let isEnabled: Bool
    /// Whether it may come later, where it is not enabled.
    public let isOnlineCapable: Bool
  }

  /// An I/O APIC.
  public struct Controller: Equatable, Sendable {
    /// Its number.
    public let id: UInt8
    /// The physical address of its registers.
    public let registers: PhysicalAddress
    /// The global system interrupt of its first pin.
    public let firstInterrupt: UInt32
  }

  /// A legacy line that does not lead to the global system interrupt of its own number, edge-triggered
  /// and active high.
  public struct Override: Equatable, Sendable {
    /// The legacy line.
    public let line: UInt8
    /// Where it leads and how it signals.
    public let source: ACPIInterruptSource
  }

  /// One entry, of the kinds that are used here.
  public enum Entry: Equatable, Sendable {
    /// A processor, by a local APIC or x2APIC entry.
    case processor(Processor)
    /// An I/O APIC.
    case controller(Controller)
    /// An interrupt source override.
    case override(Override)
    /// The address of the local APICs with 64 bits, in place of the table's own.
    case localAPICAddress(PhysicalAddress)
    /// Another kind, or an entry too short for its kind.
    case other(UInt8)
  }

  private let bytes: RawSpan

  /// Where each processor sees its local APIC: a physical address.
  public private(set) var localAPIC: PhysicalAddress

  /// Whether there are the two legacy interrupt controllers too, which must be masked.
  public let hasLegacyControllers: Bool

  /// The table whose bytes these are, its header included, which has been checked. O(n) in entries.
  ///
  /// - Throws: `ACPIProblem.length` where it ends before its first entry.
  @_lifetime(copy bytes)
  public init(reading bytes: RawSpan) throws(ACPIProblem) {
    guard let address = bytes.littleEndian(UInt32.self, at: 36),
      let flags = bytes.littleEndian(UInt32.self, at: 40)
    else { throw .length }
    self.bytes = bytes
    hasLegacyControllers = flags & 1 != 0
    localAPIC = PhysicalAddress(UInt64(address))
    var offset = Self.firstOffset
    while let entry = entry(at: &offset) {
      if case .localAPICAddress(let address) = entry { localAPIC = address }
    }
  }

  /// Where the first entry starts.
  private static var firstOffset: Int { 44 }

  /// Calls `body` with each entry, up to the end or to one that reaches beyond it. O(n).
  public func forEach<Failure: Error>(
    _ body: (Entry) throws(Failure) -> Void
  ) throws(Failure) {
    var offset = Self.firstOffset
    while let entry = entry(at: &offset) { try body(entry) }
  }

  /// Where a legacy line leads. O(n) in entries.
  public func source(ofLegacyLine line: UInt8) -> ACPIInterruptSource {
    var offset = Self.firstOffset
    while let entry = entry(at: &offset) {
      if case .override(let override) = entry, override.line == line { return override.source }
    }
    return ACPIInterruptSource(number: UInt32(line))
  }

  /// The first entry that says less than it should: where it starts, and whether it reaches beyond the
  /// table, so that ``forEach(_:)`` ends there. One that is only too short for its kind is `.other`.
  /// `nil` where there is none. O(n) in entries.
  public var firstFault: (offset: Int, endsTable: Bool)? {
    var offset = Self.firstOffset
    var start = offset
    while let entry = entry(at: &offset) {
      switch entry {
      // The kinds that are known in the sizes that they have.
      case .other(0), .other(1), .other(2), .other(5), .other(9): return (start, false)
      default: break
      }
      start = offset
    }
    return start < bytes.byteCount ? (start, true) : nil
  }

  /// The entry that starts at `offset`, which goes past it; `nil` at the end, and where the entry
  /// reaches beyond it.
  @inline(never)
  private func entry(at offset: inout Int) -> Entry? {
    guard bytes.byteCount - offset >= 2 else { return nil }
    let start = offset
    let length = Int(bytes[byteAt: start + 1])
    guard length >= 2, length <= bytes.byteCount - start else { return nil }
    offset += length
    return Self.entry(bytes.extracting(start..<start + length))
  }

  private static func entry(_ bytes: RawSpan) -> Entry {
    let kind = bytes[byteAt: 0]
    switch (kind, bytes.byteCount) {
    case (0, 8...):
      // Flags: bit 0 enabled, bit 1 online capable.
      let id = UInt32(bytes[byteAt: 3])
      return processor(UInt32(bytes[byteAt: 2]), id, bytes.littleEndian(at: 4) ?? 0)
    case (1, 12...):
      return .controller(
        Controller(
          id: bytes[byteAt: 2],
          registers: PhysicalAddress(UInt64(bytes.littleEndian(UInt32.self, at: 4) ?? 0)),
          firstInterrupt: bytes.littleEndian(at: 8) ?? 0))
    case (2, 10...):
      let source = ACPIInterruptSource(
        number: bytes.littleEndian(at: 4) ?? 0, flags: bytes.littleEndian(at: 8) ?? 0)
      return .override(Override(line: bytes[byteAt: 3], source: source))
    case (5, 12...):
      return .localAPICAddress(PhysicalAddress(bytes.littleEndian(at: 4) ?? 0))
    case (9, 16...):
      return processor(
        bytes.littleEndian(at: 12) ?? 0, bytes.littleEndian(at: 4) ?? 0,
        bytes.littleEndian(at: 8) ?? 0)
    default:
      return .other(kind)
    }
  }

  private static func processor(_ uid: UInt32, _ apicID: UInt32, _ flags: UInt32) -> Entry {
    .processor(
      Processor(
        uid: uid, apicID: apicID, isEnabled: flags & 1 != 0, isOnlineCapable: flags & 2 != 0))
  }
}

/// Where an interrupt comes from, as ACPI numbers them, and how it is signalled.
public struct ACPIInterruptSource: Equatable, Sendable {
  /// The global system interrupt: the pins of all I/O APICs, counted through.
  public let number: UInt32
  /// Whether the line is low while the interrupt is signalled.
  public let isActiveLow: Bool
  /// Whether the interrupt is signalled for as long as the line stays so.
  public let isLevelTriggered: Bool

  /// Makes a source; edge-triggered and active high is what legacy devices are.
  public init(number: UInt32, isActiveLow: Bool = false, isLevelTriggered: Bool = false) {
    self.number = number
    self.isActiveLow = isActiveLow
    self.isLevelTriggered = isLevelTriggered
  }

  /// The MPS INTI flags of a legacy line: 0 in either field is what its bus has, edge and high.
  init(number: UInt32, flags: UInt16) {
    self.init(number: number, isActiveLow: flags & 3 == 3, isLevelTriggered: flags >> 2 & 3 == 3)
  }
}
