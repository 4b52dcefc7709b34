/// Names by number, each kept once.
public struct NameTable: Sendable {
  private var names: [String] = []
  /// Hash table of open addressing: the number of a name plus one, 0 for a free slot.
  private var slots = [UInt32](repeating: 0, count: 64)
  private var hashes: [UInt64] = []

  /// Makes a table of no names.
  public init() {}

  /// The number of names.
  public var count: Int { names.count }

  /// The name of that number.
  public subscript(number: Int) -> String { names[number] }

  /// The number of the name that these bytes are. O(bytes) but where the table grows.
  mutating func number(of bytes: Span<UInt8>) -> UInt32 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for index in bytes.indices { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01b3 }
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] != 0 {
      let number = Int(slots[slot] - 1)
      if hashes[number] == hash, Self.isEqual(names[number], bytes) { return UInt32(number) }
      slot = (slot + 1) & (slots.count - 1)
    }
    names.append(String(bytes))
    hashes.append(hash)
    slots[slot] = UInt32(names.count)
    if names.count * 2 > slots.count { grow() }
    return UInt32(names.count - 1)
  }

  private static func isEqual(_ name: String, _ bytes: Span<UInt8>) -> Bool {
    let text = name.utf8Span.span
    guard text.count == bytes.count else { return false }
    for index in bytes.indices where text[index] != bytes[index] { return false }
    return true
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 2)
    for (number, hash) in hashes.enumerated() {
      var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(number + 1)
    }
  }
}

extension String {
  /// The text of bytes that should be ASCII; what is not printable is replaced by `?`, so that
  /// a terminal obeys nothing in it.
  init(_ bytes: Span<UInt8>) {
    var printable: [UInt8] = []
    printable.reserveCapacity(bytes.count)
    for index in bytes.indices {
      let byte = bytes[index]
      printable.append(byte == 9 ? 0x20 : byte >= 0x20 && byte < 0x7f ? byte : 0x3f)
    }
    self.init(decoding: printable, as: UTF8.self)
  }
}
