import Addressing
import Firmware

/// A memory map over six pages, made of entries that are numbered: every range of those pages
/// with every type, and one of no bytes.
struct SmallMap: ~Copyable {
  static let pages = 6

  private static let types: [MemoryType] = [
    .nothing, .usable, .reserved, .acpiData, .acpiNVS, .unusable, MemoryType(rawValue: 6),
    .persistent, .persistentLegacy, MemoryType(rawValue: 128), .softReserved,
  ]

  /// Persistent (legacy) and soft-reserved memory, which is cut at every border.
  private static let typesApart: [UInt32] = [12, 0xefff_ffff]

  private struct Variant {
    let first: Int
    let end: Int
    let type: MemoryType
  }

  private static let variants: [Variant] =
    [Variant(first: 2, end: 2, type: .reserved)]
    + types.flatMap { type in
      (0..<pages).flatMap { first in
        (first + 1...pages).map { Variant(first: first, end: $0, type: type) }
      }
    }

  static var variantCount: Int { variants.count }

  /// Where the pages start and the last one ends.
  private let borders: [UInt64]
  private let variants = SmallMap.variants
  private var map = MemoryMap()
  private var log = LineCount()

  /// A map of pages from `base` on; the last page of the address space ends a byte early.
  init(base: UInt64) {
    borders = (0...Self.pages).map { page in
      let border = base &+ UInt64(page) << 12
      return border < base ? .max : border
    }
  }

  private func range(_ first: Int, _ end: Int) -> AddressRange {
    AddressRange(from: PhysicalAddress(borders[first]), to: PhysicalAddress(borders[end]))
  }

  /// The entries of some numbers, in words.
  func describe(_ numbers: [Int]) -> String {
    numbers.map { number in
      let variant = variants[number]
      return "type \(variant.type.rawValue) pages \(variant.first)..<\(variant.end)"
    }.joined(separator: ", ")
  }

  /// Sanitises the map of the first `count` entries; what is wrong with the outcome, if anything.
  mutating func check(_ numbers: InlineArray<4, Int>, count: Int) -> String? {
    map.removeAll()
    var types = InlineArray<6, UInt32>(repeating: 0)
    var isBorder = InlineArray<7, Bool>(repeating: false)
    for index in 0..<count {
      let variant = variants[numbers[index]]
      map.append(MemoryMap.Entry(range(variant.first, variant.end), variant.type), log: &log)
      if variant.first == variant.end || variant.type == .nothing { continue }
      for page in variant.first..<variant.end {
        types[page] = max(types[page], variant.type.rawValue)
      }
      isBorder[variant.first] = true
      isBorder[variant.end] = true
    }
    map.sanitize(log: &log)
    if let wrong = compare(types, isBorder) { return wrong }
    // Sanitised again, it stays as it is.
    map.sanitize(log: &log)
    return compare(types, isBorder).map { "sanitised again: \($0)" }
  }

  /// The rule: a page has the greatest type of all entries there; neighbours of one type are one
  /// entry, unless the type stays apart and an entry starts or ends between them.
  private func compare(
    _ types: InlineArray<6, UInt32>, _ isBorder: InlineArray<7, Bool>
  ) -> String? {
    var index = 0
    var page = 0
    while page < Self.pages {
      let first = page
      let type = MemoryType(rawValue: types[first])
      repeat {
        page += 1
      } while page < Self.pages && types[page] == types[first]
        && !(Self.typesApart.contains(types[first]) && isBorder[page])
      if type == .nothing { continue }
      let wanted = MemoryMap.Entry(range(first, page), type)
      if index >= map.count { return "entry \(index) is missing" }
      if map[index] != wanted { return "entry \(index) is \(map[index]), not \(wanted)" }
      index += 1
    }
    if index < map.count { return "there are \(map.count - index) entries too many" }
    return log.bytes > 0 ? "the map complains" : nil
  }
}

/// Counts what is written.
private struct LineCount: TextSink {
  var bytes = 0
  mutating func write(_ byte: UInt8) { bytes += 1 }
}
