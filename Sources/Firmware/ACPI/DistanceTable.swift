import Addressing

/// ACPI's System Locality Information Table: how far proximity domains are from each other
/// (ACPI 6.5, section 5.2.17).
///
/// A view of the table's bytes, which lie in memory somewhere: read it and let it go.
public struct DistanceTable: ~Escapable {
  private let bytes: RawSpan

  /// The number of domains.
  public let domainCount: Int

  /// A domain's distance to itself, to which the others are relative.
  public static var local: UInt8 { 10 }

  /// The table whose bytes these are, its header included; `nil` where its length is wrong, or its
  /// numbers are: 10 from a domain to itself, more to others. O(n²) in domains.
  ///
  /// Linux: `slit_valid`.
  @_lifetime(copy bytes)
  public init?(_ bytes: RawSpan) {
    guard let stated = bytes.littleEndian(UInt64.self, at: 36), stated <= 4096 else { return nil }
    let domains = Int(stated)
    guard bytes.byteCount - 44 >= domains * domains else { return nil }
    self.bytes = bytes
    domainCount = domains
    for from in 0..<domains {
      for to in 0..<domains {
        let distance = self.distance(from: from, to: to)
        guard from == to ? distance == Self.local : distance > Self.local else { return nil }
      }
    }
  }

  /// The distance from one domain to another; traps outside the table.
  public func distance(from: Int, to: Int) -> UInt8 {
    precondition(from >= 0 && from < domainCount && to >= 0 && to < domainCount, "no such domain")
    return bytes[byteAt: 44 + from * domainCount + to]
  }
}
