import Addressing
import LogReading
import MemblockTrace
import Paging
import Replay
import Testing

struct ReplayMachineTests {
  private func read(_ text: String) -> BootLog {
    var reader = LogReader()
    reader.read(Array(text.utf8).span)
    return reader.finish()
  }

  private func boot(_ machine: ReplayMachine) throws -> BootReplay {
    let memory = try #require(SparseMemory())
    return withExtendedLifetime(memory) { BootReplay(machine, in: memory.window) }
  }

  @Test func theInitialRAMDiskIsReserved() throws {
    let log = read(ExplainTests.plain + "RAMDISK: [mem 0x20000800-0x20001fff]\n")
    let machine = try #require(ReplayMachine(log))
    #expect(
      machine.modules.map(\.start) == [0x2000_0800] && machine.modules.map(\.size) == [0x1800])
    let step = try #require(try boot(machine).steps.first)
    #expect(
      step.tables.reserved.map(\.range).contains(
        AddressRange(from: PhysicalAddress(0x2000_0800), to: PhysicalAddress(0x2000_2000))))
  }

  /// As in Linux 7.3, zones are laid out first, frames get their records, and then `reserve_mem=` is
  /// read; all before the rest is handed over.
  @Test func whatIsReservedByNameIsKept() throws {
    var machine = try #require(ReplayMachine(read(ExplainTests.plain)))
    let plain = try boot(machine)
    machine.commandLine = "reserve_mem=12M:4M:trace reserve_mem=1T:0:much"
    let replay = try boot(machine)
    #expect(
      replay.steps.suffix(4).map(\.function)
        == ["free_area_init", "memmap_init", "reserve_mem", "memblock_free_all"])
    let lines = replay.steps[replay.steps.count - 2].lines
    #expect(lines.count == 2 && lines[0].hasPrefix("reserve_mem: trace [mem 0x"), "\(lines)")
    #expect(replay.zoneLines == plain.zoneLines)
    #expect(plain.freedFrames - replay.freedFrames == 12 << 8)
  }

  /// What Linux had reserved at its first dump takes the place of the defaults.
  @Test func theFirstDumpSaysWhatWasTaken() throws {
    let log = read(
      ExplainTests.plain + """
        MEMBLOCK configuration:
         memory size = 0x0 reserved size = 0x0
         memory.cnt  = 0x0
         reserved.cnt  = 0x3
         reserved[0x0]\t[0x0000000000000000-0x000000000000ffff], 0x0000000000010000 bytes flags: 0x0
         reserved[0x1]\t[0x0000000001000000-0x00000000010fffff], 0x0000000000100000 bytes flags: 0x0
         reserved[0x2]\t[0x0000000030000000-0x0000000030000fff], 0x0000000000001000 bytes flags: 0x0
        RAMDISK: [mem 0x20000800-0x20001fff]

        """)
    let machine = try #require(ReplayMachine(log))
    #expect(machine.image == (0x100_0000, 0x10_0000))
    #expect(machine.modules.map(\.start) == [0x3000_0000])
  }

  /// EFI's types as a loader hands them on.
  @Test func aMapOfEFIs() throws {
    let types = [
      ("Reserved", 2), ("Loader Code", 1), ("Boot Data", 1), ("Runtime Code", 2),
      ("Conventional", 1), ("Unusable", 5), ("ACPI Reclaim", 3), ("ACPI Mem NVS", 4), ("MMIO", 2),
      ("Persistent", 7),
    ]
    let lines = types.enumerated().map { index, type in
      "efi: mem0\(index): [\(type.0)|  |UC] range=[0x\(index)000-0x\(index)fff] (0MB)\n"
    }
    let machine = try #require(ReplayMachine(read(lines.joined())))
    #expect(machine.map.map(\.type) == types.map { UInt32($0.1) })
    // Memory with a purpose of its own is set apart.
    let special = read("efi: mem00: [Conventional|   |SP|WB] range=[0x0-0xfff] (0MB)\n")
    #expect(ReplayMachine(special)?.map.map(\.type) == [0xefff_ffff])
  }

  /// Linux numbers nodes by the order of their domains, processors first.
  @Test func nodesKeepTheirNumbers() throws {
    let log = read(
      ExplainTests.plain + """
        SRAT: PXM 7 -> APIC 0x00 -> Node 0
        SRAT: PXM 3 -> APIC 0x01 -> Node 1
        SRAT: PXM 5 -> APIC 0x02 -> Node 2
        SRAT: Node 1 PXM 3 [mem 0x0-0x1fffffff]
        SRAT: Node 2 PXM 5 [mem 0x20000000-0x3fffffff]

        """)
    let machine = try #require(ReplayMachine(log))
    let replay = try boot(machine)
    #expect(replay.steps.last?.tables.memory.map(\.node.value) == [1, 1, 2])
    let findings = Findings(log, machine, replay).all.filter { $0.kind == .emptyNode }
    #expect(findings.map(\.text) == ["node 0 has no RAM of its own"])
    #expect(findings.first?.lines.map(\.number) == [4])
  }

  @Test func pagesAsLargeAsTheProcessorHas() throws {
    var machine = try #require(
      ReplayMachine(
        read("BIOS-e820: [mem 0x0-0x9ffff] usable\nBIOS-e820: [mem 0x100000-0xffffffff] usable\n")))
    let counts = try [PageSize.oneGiB, .twoMiB, .fourKiB].map { size in
      machine.largestPage = size
      return try boot(machine).pageCounts
    }
    // 1 to 1024 MiB in smaller pages, then three of 1 GiB.
    #expect(counts[0] == [0x9f + 256, 511, 3])
    #expect(counts[1] == [0x9f + 256, 2047, 0])
    #expect(counts[2] == [0x9f + 0xfff00, 0, 0])
  }

  @Test func ramThatNoPageTablesReachIsDropped() throws {
    let machine = try #require(
      ReplayMachine(
        read(
          ExplainTests.plain
            + "BIOS-e820: [mem 0x0000000100000000-0x00007fffffffffff] usable\n")))
    let replay = try boot(machine)
    let step = try #require(replay.steps.first { $0.title == "RAM is handed to memblock" })
    #expect(step.tables.memory.last?.range.end == PhysicalAddress(1 << 46))
    #expect(
      step.lines.contains {
        $0.hasSuffix("can't be reached and is left out, up to 0x0000800000000000")
      })
  }

  @Test func aDumpOfGrownTablesIsRefused() throws {
    var text = """
      MEMBLOCK configuration:
       memory size = 0x0 reserved size = 0x0
       memory.cnt  = 0x0
       reserved.cnt  = 0x80

      """
    for index in 0..<128 {
      text += " reserved[0x\(String(index, radix: 16))]\t"
      text +=
        "[0x\(String(index, radix: 16))0000-0x\(String(index, radix: 16))00ff], 0x100 bytes flags: 0x0\n"
    }
    text += "memblock_reserve: [0x0-0xfff] x\n"
    let log = read(text)
    #expect(log.problemCount == 0)
    let memory = try #require(SparseMemory())
    _ = withExtendedLifetime(memory) {
      #expect(throws: DebugLogReplay.Difference.self) {
        _ = try DebugLogReplay(log, in: memory.window).operationCount
      }
    }
  }
}
