/// Spoils boot information and ACPI tables the way broken firmware, a broken loader or an
/// attacker would: fields, sizes, whole tags.
struct Mutator {
  var random: SeededGenerator

  /// Numbers at which checks go wrong.
  private static let edges: [UInt32] = [
    0, 1, 2, 7, 8, 9, 15, 16, 20, 23, 24, 25, 39, 40, 0x7fff_ffff, 0x8000_0000, 0xffff_fff8,
    0xffff_ffff,
  ]

  /// Where each tag starts, as far as sizes lead.
  private func tags(_ bytes: [UInt8]) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var offset = 8
    while offset + 8 <= bytes.count {
      let size = (0..<4).reduce(0) { $0 | Int(bytes[offset + 4 + $1]) << (8 * $1) }
      let end = offset + (size + 7) / 8 * 8
      guard size >= 8, end <= bytes.count else { break }
      result.append(offset..<end)
      offset = end
    }
    return result
  }

  private mutating func number(_ count: Int) -> Int {
    Int.random(in: 0..<Swift.max(count, 1), using: &random)
  }

  private mutating func edge() -> [UInt8] {
    Multiboot2Builder.little(Self.edges.randomElement(using: &random) ?? 0)
  }

  private func replace(_ bytes: inout [UInt8], at offset: Int, with field: [UInt8]) {
    for (index, byte) in field.enumerated() where offset + index < bytes.count {
      bytes[offset + index] = byte
    }
  }

  /// A variant of boot information with up to four faults.
  mutating func information(_ original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0...number(4) {
      let tags = tags(bytes)
      let tag = tags.isEmpty ? 0..<bytes.count : tags[number(tags.count)]
      switch number(10) {
      case 0: flipBit(&bytes, in: 0..<bytes.count)
      case 1: flipBit(&bytes, in: tag)
      case 2: replace(&bytes, at: tag.lowerBound + 4, with: edge())
      case 3: replace(&bytes, at: tag.lowerBound + 4 * number(tag.count / 4), with: edge())
      case 4: replace(&bytes, at: 0, with: edge())
      case 5: bytes.removeLast(number(bytes.count))
      case 6: bytes.removeSubrange(tag)
      case 7: bytes.insert(contentsOf: bytes[tag], at: Swift.min(tag.upperBound, bytes.count))
      case 8:
        let place = tag.lowerBound + 16 + 8 * number(tag.count / 8)
        replace(&bytes, at: place, with: Multiboot2Builder.little(random.next()))
      default:
        replace(&bytes, at: tag.lowerBound, with: [UInt8(number(24))])
      }
      // Half of the time the total size tells the truth, so that the walk goes on.
      if Bool.random(using: &random) {
        replace(&bytes, at: 0, with: Multiboot2Builder.little(UInt32(bytes.count)))
      }
      if bytes.isEmpty { break }
    }
    return bytes
  }

  /// A variant of an ACPI table, its checksum right most of the time.
  mutating func table(_ original: [UInt8]) -> [UInt8] {
    var bytes = original
    for _ in 0..<number(4) {
      switch number(6) {
      case 0: flipBit(&bytes, in: 0..<bytes.count)
      case 1: replace(&bytes, at: 4, with: edge())
      case 2: replace(&bytes, at: 4 * number(bytes.count / 4), with: edge())
      case 3: bytes[number(bytes.count)] = UInt8(truncatingIfNeeded: random.next())
      case 4: bytes.removeLast(number(bytes.count / 2))
      default:
        let place = number(bytes.count)
        bytes.insert(contentsOf: bytes[place...].prefix(40), at: place)
      }
      if number(4) > 0 {
        replace(&bytes, at: 4, with: Multiboot2Builder.little(UInt32(bytes.count)))
      }
    }
    if number(4) > 0, bytes.count > 9 { bytes = ACPIBuilder.withChecksum(bytes, at: 9) }
    return bytes
  }

  /// Entries of a root table: tables, the root table itself, the root pointer, anything.
  mutating func rootEntries(_ count: Int) -> [UInt32]? {
    guard number(3) == 0 else { return nil }
    return (0..<number(2 * count + 1)).map { _ in
      [0xe_0100, 0xe_0040, 0xe_1000, 0, 0xf_fffc, 0xffff_ffff].randomElement(using: &random)
        ?? UInt32(truncatingIfNeeded: random.next())
    }
  }

  private mutating func flipBit(_ bytes: inout [UInt8], in range: Range<Int>) {
    guard !range.isEmpty, !bytes.isEmpty else { return }
    let place = Swift.min(range.lowerBound + number(range.count), bytes.count - 1)
    bytes[place] ^= 1 << UInt8(number(8))
  }
}
