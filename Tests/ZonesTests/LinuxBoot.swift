import Addressing
import Foundation
import Zones

/// What a Linux kernel printed of a machine's memory when it booted there.
struct LinuxBoot {
  /// The regions of memblock's last dump.
  var regions: [LayoutRegion] = []

  /// From `Zone ranges:` on; without zone Device, which this allocator does not have.
  var layout = ""

  /// A node's zone, from `/proc/zoneinfo`: spanned, present, first frame.
  var zones: [String: [UInt64]] = [:]

  /// The nodes that were set up as memoryless.
  var memoryless: Set<Int32> = []

  static var folder: URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("LinuxBoots")
  }

  /// All recorded boots.
  static let names =
    (try? FileManager.default.contentsOfDirectory(atPath: folder.path))?
    .filter { $0.hasSuffix(".txt") }.sorted() ?? []

  init(_ name: String) throws {
    let text = try String(contentsOf: Self.folder.appendingPathComponent(name), encoding: .utf8)
    var zone = ""
    for line in text.split(separator: "\n") {
      let numbers = line.matches(of: /0x([0-9a-f]+)/).compactMap { UInt64($0.1, radix: 16) }
      if line.hasPrefix(" memory[") {
        let node = line.firstMatch(of: /on node (\d+)/).flatMap { Int32($0.1) } ?? 0
        regions.append(
          LayoutRegion(
            AddressRange(from: PhysicalAddress(numbers[1]), to: PhysicalAddress(numbers[2] + 1)),
            node: NodeID(node), isHotPluggable: numbers[4] & 1 != 0,
            isMirrored: numbers[4] & 2 != 0))
      } else if line.hasPrefix("Node ") {
        zone = line.split(separator: " ").joined(separator: " ")
      } else if let value = line.firstMatch(of: /(spanned|present|start_pfn:) +(\d+)$/) {
        zones[zone, default: []].append(UInt64(value.2) ?? 0)
      } else if !line.hasPrefix("  Device") {
        layout += line + "\n"
        if let node = line.firstMatch(of: /node (\d+) as memoryless/) {
          memoryless.insert(Int32(node.1) ?? 0)
        }
      }
    }
  }
}
