import SerialHarness

/// ACPI's system resource affinity table (SRAT; ACPI 6.5, section 5.2.16): which memory and
/// which processors are near each other. Made by hand, for layouts that QEMU does not offer.
struct AffinityTable {
  /// The flags of a memory entry.
  struct Flags: OptionSet {
    var rawValue: UInt32
    static let enabled = Flags(rawValue: 1)
    static let hotPluggable = Flags(rawValue: 2)
    static let nonVolatile = Flags(rawValue: 4)
  }

  /// After the header: a reserved word that is 1, and another of eight bytes.
  private var body: [UInt8] = [1, 0, 0, 0] + [UInt8](repeating: 0, count: 8)

  /// Adds an entry for a processor.
  mutating func addProcessor(_ identifier: UInt8, domain: UInt8) {
    body += [0, 16, domain, identifier] + Self.bytes(1, count: 4) + Self.bytes(0, count: 8)
  }

  /// Adds an entry for `size` bytes of memory from `base` on.
  mutating func addMemory(
    _ base: UInt64, size: UInt64, domain: UInt32, flags: Flags = .enabled
  ) {
    body += [1, 40] + Self.bytes(UInt64(domain), count: 4) + [0, 0]
    body += Self.bytes(base, count: 8) + Self.bytes(size, count: 8) + Self.bytes(0, count: 4)
    body += Self.bytes(UInt64(flags.rawValue), count: 4) + Self.bytes(0, count: 8)
  }

  var table: Machine.ACPITable { Machine.ACPITable("SRAT", revision: 3, body: body) }

  private static func bytes(_ value: UInt64, count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> UInt64(8 * $0)) }
  }
}
