import Addressing
import Memblock

extension BootReplay {
  /// Writes the boot as an object of the form `memblock.replay/1`, which the tool's JSON.md
  /// describes.
  public func write(to json: inout JSONText, _ machine: ReplayMachine) {
    json.object { json in fields(of: machine, &json) }
  }

  private func fields(of machine: ReplayMachine, _ json: inout JSONText) {
    json.field("format", "memblock.replay/1")
    json.field("commandLine", machine.commandLine)
    json.field("rules", machine.rules.version)
    json.object("image") { json in
      json.hex("start", machine.image.start)
      json.hex("size", machine.image.size)
    }
    json.array("steps", steps) { json, step in
      json.object { json in
        json.field("title", step.title)
        json.field("function", step.function)
        json.array("lines", step.lines) { $0.element($1) }
        step.tables.write(to: &json)
        json.array("operations", step.operations.texts) { $0.element($1) }
      }
    }
    json.array("allocations", allocations) { json, allocation in
      json.object { json in
        json.field("caller", allocation.caller)
        json.hex("start", allocation.range.start.value)
        json.hex("last", allocation.range.end.value &- 1)
      }
    }
    json.array("zoneLines", zoneLines) { $0.element($1) }
    json.array("buddyLines", buddyLines) { $0.element($1) }
    json.hex("pageTableSize", pageTableSize)
    json.array("pageCounts", pageCounts) { $0.element($1) }
    json.hex("metadataSize", metadataSize)
    json.hex("freedSize", freedFrames << 12)
    json.field("failure", failure)
  }
}

extension MemblockTables {
  /// Writes the two tables as fields of the object that is open.
  public func write(to json: inout JSONText) {
    Self.write("memory", memory, memorySize, &json)
    Self.write("reserved", reserved, reservedSize, &json)
  }

  private static func write(
    _ key: StaticString, _ regions: [Region], _ total: UInt64, _ json: inout JSONText
  ) {
    json.object(key) { json in
      json.hex("total", total)
      json.array("regions", regions) { json, region in
        json.object { json in
          json.hex("start", region.base.value)
          json.hex("last", region.base.value &+ region.size &- 1)
          json.hex("size", region.size)
          json.field("node", region.node.isValid ? Int(region.node.value) : nil)
          json.field("flags", "0x" + String(region.flags.rawValue, radix: 16))
        }
      }
    }
  }
}
