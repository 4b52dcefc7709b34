import Addressing

/// ACPI's System Resource Affinity Table: which proximity domain processors and memory belong to
/// (ACPI 6.5, section 5.2.16).
///
/// A view of the table's bytes, which lie in memory somewhere: read it and let it go.
public struct AffinityTable: ~Escapable {
  private let bytes: RawSpan

  /// The table whose bytes these are, its header included.
  @_lifetime(copy bytes)
  public init(_ bytes: RawSpan) {
    self.bytes = bytes
  }

  /// The table's revision: before 2 a domain had 8 bits.
  public var revision: UInt8 { bytes.byteCount > 8 ? bytes[byteAt: 8] : 0 }

  /// A cursor before the first entry.
  public var cursor: AffinityCursor {
    @_lifetime(copy self)
    get { AffinityCursor(bytes, revision: revision) }
  }
}

/// What an entry of the affinity table says. Entries that are too short for their kind, or of
/// another length where the kind has but one, are broken.
public enum AffinityEntry: Sendable {
  /// A processor with an APIC identifier of 8 bits (section 5.2.16.1).
  case processor(domain: UInt32, isEnabled: Bool)
  /// A processor with an identifier of 32 bits (section 5.2.16.3).
  case x2APIC(domain: UInt32, identifier: UInt32, isEnabled: Bool)
  /// A range of memory (section 5.2.16.2).
  case memory(MemoryAffinity)
  /// A device that starts work on memory of its own accord (section 5.2.16.6).
  case initiator(domain: UInt32, isEnabled: Bool)
  /// One of those that is not as the specification has it.
  case broken(type: UInt8, length: Int)
  /// Of a type that is not read here.
  case other(type: UInt8)

  init(_ entry: RawSpan, revision: UInt8) {
    let type = entry[byteAt: 0]
    let whole: AffinityEntry?
    switch type {
    case 0: whole = Self.processor(entry, revision: revision)
    case 1: whole = MemoryAffinity(entry, revision: revision).map { .memory($0) }
    case 2: whole = Self.x2APIC(entry)
    case 5: whole = Self.initiator(entry)
    default: whole = .other(type: type)
    }
    self = whole ?? .broken(type: type, length: entry.byteCount)
  }

  private static func processor(_ entry: RawSpan, revision: UInt8) -> AffinityEntry? {
    guard entry.byteCount == 16, let flags = entry.littleEndian(UInt32.self, at: 4) else {
      return nil
    }
    var domain = UInt32(entry[byteAt: 2])
    // Its upper 24 bits stand at 9; the byte that is read with them is shifted out.
    if revision >= 2, let high = entry.littleEndian(UInt32.self, at: 9) { domain |= high << 8 }
    return .processor(domain: domain, isEnabled: flags & 1 != 0)
  }

  private static func x2APIC(_ entry: RawSpan) -> AffinityEntry? {
    guard entry.byteCount >= 24, let domain = entry.littleEndian(UInt32.self, at: 4),
      let identifier = entry.littleEndian(UInt32.self, at: 8),
      let flags = entry.littleEndian(UInt32.self, at: 12)
    else { return nil }
    return .x2APIC(domain: domain, identifier: identifier, isEnabled: flags & 1 != 0)
  }

  private static func initiator(_ entry: RawSpan) -> AffinityEntry? {
    guard let domain = entry.littleEndian(UInt32.self, at: 4),
      let flags = entry.littleEndian(UInt32.self, at: 24)
    else { return nil }
    return .initiator(domain: domain, isEnabled: flags & 1 != 0)
  }
}

/// A range of memory and the proximity domain that it belongs to (ACPI 6.5, section 5.2.16.2).
public struct MemoryAffinity: Sendable {
  /// The proximity domain.
  public let domain: UInt32
  /// The address of the first byte.
  public let start: PhysicalAddress
  /// The number of bytes; start and size together may pass 2^64.
  public let size: UInt64
  private let flags: UInt32

  /// Reads the entry; `nil` where it is too short.
  init?(_ entry: RawSpan, revision: UInt8) {
    guard entry.byteCount >= 40, let domain = entry.littleEndian(UInt32.self, at: 2),
      let start = entry.littleEndian(UInt64.self, at: 8),
      let size = entry.littleEndian(UInt64.self, at: 16),
      let flags = entry.littleEndian(UInt32.self, at: 28)
    else { return nil }
    self.domain = revision <= 1 ? domain & 0xff : domain
    self.start = PhysicalAddress(start)
    self.size = size
    self.flags = flags
  }

  /// Whether the memory is there.
  public var isEnabled: Bool { flags & 1 != 0 }
  /// Whether it can be plugged in and out while the machine runs.
  public var isHotPluggable: Bool { flags & 2 != 0 }
  /// Whether it keeps its contents without power.
  public var isNonVolatile: Bool { flags & 4 != 0 }
}

/// Goes from entry to entry of an affinity table.
public struct AffinityCursor: ~Escapable {
  /// What is wrong with an entry's length: there is no way on from there.
  public enum Problem: Sendable {
    /// An entry that states no bytes.
    case zeroLength
    /// An entry that passes the table's end.
    case passesEnd
  }

  private let bytes: RawSpan
  private let revision: UInt8
  /// Where the next entry starts in the table, in bytes.
  public private(set) var offset = 48
  /// The next entry's type; of use where there is a ``problem``.
  public private(set) var type: UInt8 = 0
  /// Why there is no next entry; `nil` where the table has come to its end.
  public private(set) var problem: Problem?

  @_lifetime(copy bytes)
  init(_ bytes: RawSpan, revision: UInt8) {
    self.bytes = bytes
    self.revision = revision
  }

  /// The next entry; `nil` at the end of the table, and where ``problem`` says so.
  public mutating func next() -> AffinityEntry? {
    guard problem == nil, bytes.byteCount - offset > 2 else { return nil }
    type = bytes[byteAt: offset]
    let length = Int(bytes[byteAt: offset + 1])
    guard length > 0, length <= bytes.byteCount - offset else {
      problem = length == 0 ? .zeroLength : .passesEnd
      return nil
    }
    defer { offset += length }
    return AffinityEntry(bytes.extracting(offset..<offset + length), revision: revision)
  }
}
