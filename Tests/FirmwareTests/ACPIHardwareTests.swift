import Addressing
import Firmware
import Testing

private typealias B = Multiboot2Builder

/// The tables that say where hardware is.
@Suite struct ACPIInterruptTableTests {
  private static let entries: [[UInt8]] = [
    [0, 8, 3, 7] + B.little(UInt32(1)),
    [0, 8, 4, 9] + B.little(UInt32(2)),
    [1, 12, 5, 0] + B.little(UInt32(0xfec0_0000)) + B.little(UInt32(24)),
    [2, 10, 0, 0] + B.little(UInt32(2)) + B.little(UInt16(0)),
    [2, 10, 0, 9] + B.little(UInt32(20)) + B.little(UInt16(0xf)),
    [4, 6, 0xff, 0, 0, 1],
    [9, 16, 0, 0] + B.little(UInt32(300)) + B.little(UInt32(1)) + B.little(UInt32(77)),
  ]

  private func table(_ entries: [[UInt8]]) -> [UInt8] {
    ACPIBuilder.table(
      "APIC", B.little(UInt32(0xfee0_0000)) + B.little(UInt32(1)) + entries.joined())
  }

  private func all(_ bytes: [UInt8]) throws -> [ACPIInterruptTable.Entry] {
    var all: [ACPIInterruptTable.Entry] = []
    try ACPIInterruptTable(reading: bytes.rawBytes).forEach { all.append($0) }
    return all
  }

  @Test func entriesAreRead() throws {
    let bytes = table(Self.entries)
    let table = try ACPIInterruptTable(reading: bytes.rawBytes)
    let (address, hasLegacyControllers) = (table.localAPIC, table.hasLegacyControllers)
    #expect(address == PhysicalAddress(0xfee0_0000) && hasLegacyControllers)
    let all = try all(bytes)
    #expect(all.count == 7)
    guard case .processor(let first) = all[0], case .processor(let second) = all[1],
      case .controller(let controller) = all[2], case .override(let override) = all[4],
      case .processor(let wide) = all[6]
    else {
      Issue.record("\(all)")
      return
    }
    #expect(first.uid == 3 && first.apicID == 7 && first.isEnabled && !first.isOnlineCapable)
    #expect(!second.isEnabled && second.isOnlineCapable)
    #expect(controller.id == 5 && controller.firstInterrupt == 24)
    #expect(controller.registers == PhysicalAddress(0xfec0_0000))
    #expect(override.line == 9)
    #expect(
      override.source
        == ACPIInterruptSource(number: 20, isActiveLow: true, isLevelTriggered: true))
    #expect(wide.uid == 77 && wide.apicID == 300 && wide.isEnabled)
    #expect(all[5] == .other(4))
  }

  /// The first entry that is not as it should be: where it starts, and whether reading ends there.
  @Test(
    arguments: [
      ([], nil, false), ([[4, 6, 0xff, 0, 0, 1], [200, 2]], nil, false),
      ([[0, 8, 3, 7, 1, 0, 0, 0], [0, 9, 3, 7, 1, 0, 0, 0]], 52, true),
      ([[1, 12]], 44, true), ([[0, 0]], 44, true), ([[0, 1]], 44, true), ([[0]], 44, true),
      ([[200, 4, 0, 0], [0, 7, 0, 0, 0, 0, 0]], 48, false), ([[1, 2]], 44, false),
      ([[2, 4, 0, 0]], 44, false), ([[5, 2]], 44, false), ([[9, 2]], 44, false),
    ] as [([[UInt8]], Int?, Bool)])
  func theFirstFaultIsFound(entries: [[UInt8]], offset: Int?, endsTable: Bool) throws {
    let bytes = table(entries)
    let fault = try ACPIInterruptTable(reading: bytes.rawBytes).firstFault
    #expect(fault?.offset == offset)
    if let fault { #expect(fault.endsTable == endsTable) }
  }

  @Test func linesGoByTheirOverrides() throws {
    let bytes = table(Self.entries)
    let table = try ACPIInterruptTable(reading: bytes.rawBytes)
    let sources = [0, 1, 9].map { table.source(ofLegacyLine: $0) }
    #expect(sources[0] == ACPIInterruptSource(number: 2))
    #expect(sources[1] == ACPIInterruptSource(number: 1))
    #expect(sources[2].number == 20)
  }

  @Test func theWideAddressWins() throws {
    let bytes = table([[5, 12, 0, 0] + B.little(UInt64(0x1_2345_6000))])
    #expect(
      try ACPIInterruptTable(reading: bytes.rawBytes).localAPIC == PhysicalAddress(0x1_2345_6000))
  }

  /// Whatever an entry's length says, the reader comes to an end, inside the table.
  @Test func brokenLengthsEndTheTable() throws {
    for length in 0...255 {
      var broken = Self.entries
      broken[2][1] = UInt8(length)
      let all = try all(table(broken))
      #expect(all.count >= 2)
      if length < 2 { #expect(all.count == 2) }
      if (2..<12).contains(length) { #expect(all[2] == .other(1)) }
    }
    for count in 0..<44 {
      #expect(throws: ACPIProblem.length) {
        _ = try ACPIInterruptTable(reading: [UInt8](repeating: 0, count: count).rawBytes)
      }
    }
  }
}

@Suite struct ACPIFixedTableTests {
  private func register(_ space: UInt8, _ address: UInt64) -> [UInt8] {
    [space, 8, 0, 1] + B.little(address)
  }

  /// A table with the fields that are read, each with a value of its own.
  private func table(count: Int = 276, flags: UInt32 = 0) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 276)
    func put(_ value: [UInt8], at offset: Int) {
      bytes.replaceSubrange(offset..<offset + value.count, with: value)
    }
    put(B.little(UInt32(0xb2)) + [0xf1], at: 48)
    put(B.little(UInt32(0x604)) + B.little(UInt32(0x704)), at: 64)
    put(B.little(UInt32(0x608)), at: 76)
    put([2, 0, 4], at: 89)
    bytes[108] = 0x32
    put(B.little(flags), at: 112)
    put(register(1, 0xcf9) + [0xe], at: 116)
    put(register(0, 0xfed8_0000), at: 172)
    put(register(1, 0x777), at: 244)
    return Array(bytes.prefix(count))
  }

  @Test func theNewestHasEverything() throws {
    let bytes = table(flags: 1 << 8 | 1 << 10 | 1 << 20)
    let fixed = try ACPIFixedTable(reading: bytes.rawBytes)
    #expect(fixed.controlA == ACPIRegister(space: .memory, address: 0xfed8_0000, width: 8))
    #expect(fixed.controlB == ACPIRegister(space: .ports, address: 0x704, width: 16))
    #expect(fixed.timer == ACPIRegister(space: .ports, address: 0x608, width: 32))
    #expect(fixed.timerBits == 32 && fixed.isHardwareReduced && fixed.centuryRegister == 0x32)
    #expect(fixed.reset?.register == ACPIRegister(space: .ports, address: 0xcf9, width: 8))
    #expect(fixed.reset?.value == 0xe)
    #expect(fixed.enable?.port == 0xb2 && fixed.enable?.value == 0xf1)
    #expect(fixed.sleepControl?.address == 0x777)
  }

  @Test func registersAreInOneOfManySpaces() throws {
    for (number, space) in [
      (0, .memory), (1, .ports), (2, .configuration), (3, .other(3)),
    ] as [(UInt8, ACPIRegister.Space)] {
      var bytes = table(flags: 1 << 10)
      bytes[116] = number
      #expect(try ACPIFixedTable(reading: bytes.rawBytes).reset?.register.space == space)
    }
  }

  @Test func theOldestHasLess() throws {
    let bytes = table(count: 116, flags: 1 << 10)
    let fixed = try ACPIFixedTable(reading: bytes.rawBytes)
    #expect(fixed.controlA == ACPIRegister(space: .ports, address: 0x604, width: 16))
    #expect(fixed.reset == nil && fixed.sleepControl == nil && fixed.timerBits == 24)
  }

  @Test func lengthsInBetweenAreRead() throws {
    for count in 0...276 {
      let bytes = table(count: count, flags: 1 << 10)
      if count < 116 {
        #expect(throws: ACPIProblem.length) { _ = try ACPIFixedTable(reading: bytes.rawBytes) }
      } else {
        let fixed = try ACPIFixedTable(reading: bytes.rawBytes)
        #expect((fixed.reset != nil) == (count >= 129))
        #expect((fixed.controlA?.space == .memory) == (count >= 184))
      }
    }
  }

  @Test func aTimerThatIsInMemory() throws {
    let body = [1, 2, 3, 4] + register(0, 0xfed0_0000) + [0, 0, 0, 0]
    let bytes = ACPIBuilder.table("HPET", body)
    #expect(
      try ACPIEventTimer(reading: bytes.rawBytes).registers == PhysicalAddress(0xfed0_0000))
    let port = ACPIBuilder.table("HPET", [1, 2, 3, 4] + register(1, 0x500) + [0, 0, 0, 0])
    #expect(throws: ACPIProblem.unreachable) { _ = try ACPIEventTimer(reading: port.rawBytes) }
    #expect(throws: ACPIProblem.length) {
      _ = try ACPIEventTimer(reading: Array(bytes.dropLast()).rawBytes)
    }
  }
}

@Suite struct ACPISleepTypesTests {
  private func types(_ code: [UInt8]) -> ACPISleepTypes? {
    ACPISleepTypes(ofSoftOffIn: ACPIBuilder.table("DSDT", code).rawBytes)
  }

  private let name = Array("_S5_".utf8)

  @Test func thePackageIsFound() {
    // QEMU's, one with prefixes, one from the root, one with a length of two bytes.
    #expect(types([0x10, 0x08] + name + [0x12, 6, 4, 0, 0, 0, 0])?.a == 0)
    #expect(types([0x08] + name + [0x12, 8, 4, 0x0a, 5, 0x0a, 7, 0, 0])?.b == 7)
    #expect(types([0x08, 0x5c] + name + [0x12, 6, 4, 1, 0x0a, 3, 0])?.a == 1)
    #expect(types([0x08] + name + [0x12, 0x47, 0, 4, 0x0a, 5, 1, 0, 0])?.a == 5)
    // A call of the name comes first, and is passed over.
    #expect(types(name + [0] + [0x08] + name + [0x12, 6, 4, 1, 1, 0, 0])?.a == 1)
  }

  @Test func whatIsNoPackageIsNotTaken() {
    #expect(types([]) == nil)
    #expect(types(name + [0x12, 6, 4, 0, 0, 0, 0]) == nil)
    #expect(types([0x08] + name + [0x13, 6, 4, 0, 0, 0, 0]) == nil)
    #expect(types([0x08] + name + [0x12, 4, 1, 0]) == nil)
    #expect(types([0x08] + name + [0x12, 8, 4, 0x0a, 9, 0x0a, 7, 0, 0]) == nil)
    let whole = [0x08] + name + [0x12, 8, 4, 0x0a, 5, 0x0a, 7]
    for count in 0..<whole.count { #expect(types(Array(whole.prefix(count))) == nil) }
    #expect(types(whole) != nil)
  }
}
