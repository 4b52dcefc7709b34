public import LogReading

extension BootLog {
  /// Writes what the log says as an object of the form `memblock.machine/1`, which the tool's
  /// JSON.md describes.
  ///
  /// - Parameters:
  ///   - json: Takes the object.
  ///   - files: The names of the files that were read.
  public func write(to json: inout JSONText, files: [String]) {
    json.object { json in
      json.field("format", "memblock.machine/1")
      json.array("files", files) { $0.element($1) }
      json.array("forms", forms) { $0.element($1.key) }
      json.field("kernelVersion", kernelVersion?.text)
      json.field("commandLine", commandLine?.text)
      writeMaps(to: &json, files)
      if let dump = dumps.last {
        Self.write("memory", dump.memory, dump.memorySize, &json)
        Self.write("reserved", dump.reserved, dump.reservedSize, &json)
      }
      writeNodes(to: &json)
      json.object("totals") { json in
        for total in totalsByType { json.hex(named: total.name, total.bytes) }
      }
      json.field("operationCount", operations.count)
      json.field("problemCount", problemCount)
    }
  }

  private func writeMaps(to json: inout JSONText, _ files: [String]) {
    json.array("maps", MapSource.allCases.filter { !map($0).isEmpty }) { json, source in
      json.object { json in
        json.field("source", source.name)
        json.field("isFirmware", source == firmwareSource)
        json.array("entries", map(source)) { json, entry in
          json.object { json in
            json.hex("start", entry.start)
            json.hex("last", entry.last)
            json.hex("size", entry.size)
            json.field("type", entry.typeName(by: source))
            json.field("typeNumber", Int(entry.type))
            json.field("use", MemoryUse(entry.type, by: source).rawValue)
            json.field("line", entry.line.number)
            json.field("file", files[entry.line.file])
          }
        }
      }
    }
  }

  private func writeNodes(to json: inout JSONText) {
    json.array("affinities", affinities) { json, affinity in
      json.object { json in
        json.field("node", affinity.node)
        json.field("domain", Int(affinity.domain))
        json.hex("start", affinity.start)
        json.hex("last", affinity.last)
        json.field("isHotPluggable", affinity.isHotPluggable)
      }
    }
    json.array("nodeRanges", nodeRanges) { json, range in
      json.object { json in
        json.field("node", range.node)
        json.hex("start", range.start)
        json.hex("last", range.last)
      }
    }
    json.array("zones", zones) { json, zone in
      json.object { json in
        json.field("name", zone.name)
        if let range = zone.range {
          json.hex("start", range.lowerBound)
          json.hex("last", range.upperBound)
        }
      }
    }
  }

  private static func write(
    _ key: StaticString, _ regions: [LoggedRegion], _ total: UInt64?, _ json: inout JSONText
  ) {
    json.object(key) { json in
      json.hex("total", total ?? regions.reduce(0) { $0 &+ $1.size })
      json.array("regions", regions) { json, region in
        json.object { json in
          json.hex("start", region.start)
          json.hex("last", region.last)
          json.hex("size", region.size)
          json.field("node", region.node)
          json.field("flags", "0x" + String(region.flags, radix: 16))
        }
      }
    }
  }

  /// The bytes of each type in the firmware's map, in the order in which the types appear.
  public var totalsByType: [(name: String, bytes: UInt64)] {
    guard let source = firmwareSource else { return [] }
    var totals: [(name: String, bytes: UInt64)] = []
    for entry in map(source) {
      let name = entry.typeName(by: source)
      if let index = totals.firstIndex(where: { $0.name == name }) {
        totals[index].bytes &+= entry.size
      } else {
        totals.append((name, entry.size))
      }
    }
    return totals
  }
}
