import Addressing
import Firmware
import Foundation

/// Reading what Linux printed.
enum RecordedMap {
  /// The entries of lines like `BIOS-e820: [mem 0x…-0x…] usable`.
  static func entries(_ lines: [String], source: String) -> [MemoryMap.Entry] {
    lines.compactMap { line in
      guard line.hasPrefix("\(source): [mem "), let range = range(in: line),
        let bracket = line.firstIndex(of: "]")
      else { return nil }
      let words = line[line.index(bracket, offsetBy: 1)...].drop { $0 == " " }
      return MemoryMap.Entry(range, type(words))
    }
  }

  /// The first range of addresses in a line, its last byte included in the text.
  static func range(in line: String) -> AddressRange? {
    guard let start = line.range(of: "[mem ")?.upperBound,
      let end = line[start...].firstIndex(of: "]")
    else { return nil }
    let numbers = line[start..<end].split(separator: "-").compactMap {
      UInt64($0.dropFirst(2), radix: 16)
    }
    guard numbers.count == 2 else { return nil }
    return AddressRange(
      from: PhysicalAddress(numbers[0]), to: PhysicalAddress(numbers[1] &+ 1))
  }

  private static func type(_ words: Substring) -> MemoryType {
    switch words {
    case "usable", "System RAM": return .usable
    case "reserved", "device reserved": return .reserved
    case "ACPI data": return .acpiData
    case "ACPI NVS": return .acpiNVS
    case "unusable": return .unusable
    case "soft reserved": return .softReserved
    default:
      // `type 9` or `persistent (type 12)`, `persistent RAM (type 12)`
      let number = words.split(separator: " ").last?.filter(\.isNumber) ?? ""
      return MemoryType(rawValue: UInt32(number) ?? 0)
    }
  }
}

/// A line of SRAT as Linux prints it.
struct AffinityLine {
  let node: Int
  let domain: UInt32
  let range: AddressRange
  let isHotPluggable: Bool

  /// Reads `… SRAT: Node 0 PXM 0 [mem 0x…-0x…] hotplug`.
  init?(_ line: String) {
    let words = line.split(separator: " ")
    guard let mark = words.firstIndex(of: "SRAT:"), words.count > mark + 4,
      words[mark + 1] == "Node", let node = Int(words[mark + 2]),
      let domain = UInt32(words[mark + 4]), let range = RecordedMap.range(in: line)
    else { return nil }
    self.node = node
    self.domain = domain
    self.range = range
    isHotPluggable = line.hasSuffix("hotplug")
  }
}
