import Foundation
import Testing

struct ExplainCommandTests {
  /// Each finding stands with lines of the log that are there.
  @Test(arguments: Recordings.machines)
  func everyRecordedMachineIsExplained(path: String) throws {
    let result = try ToolProgram.run(["explain", path])
    #expect(result.status == 0 && result.error.isEmpty, "\(result.error)")
    let text = try String(decoding: Data(contentsOf: URL(filePath: path)), as: UTF8.self)
      .replacing("\r\n", with: "\n")
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let quoted = result.text.matches(of: /(?m)^    (\/.*?):(\d+): (.*)$/)
    for quote in quoted {
      let number = try #require(Int(quote.2))
      #expect(quote.1 == path && lines[number - 1].hasSuffix(quote.3), "\(quote.0)")
    }
    // Every PC has something: the BIOS's first page, or a gap for devices.
    #expect(!quoted.isEmpty)
  }

  @Test func anAllocationByNumberAndByAddress() throws {
    let log = Recordings.debugLog("numa2")
    let byNumber = try ToolProgram.run(["explain", "--allocation", "4", log])
    #expect(byNumber.status == 0)
    #expect(
      byNumber.text == """
        Allocation 4 of 48, by sparse_index_alloc+0x40/0x70
          \(log):70: memblock_alloc_try_nid, 4096 bytes at a multiple of 0x40
          it was given 0x000000003ffd4680-0x000000003ffd567f

        Tried from the highest gap down, in 0x1000-max, on node 0
          0x0000000040000000-0x000000007ffad67f  1023.6 MiB  on node 1
          0x0000000003c11000-0x000000003ffd567f   963.7 MiB  memory is found here

        Found at 0x000000003ffd4680

        """)
    let byAddress = try ToolProgram.run(["explain", "--allocation", "0x3ffd4fff", log])
    #expect(byAddress.text == byNumber.text)
  }

  @Test(arguments: ["0", "49", "0x10", "x", "-1"])
  func anAllocationThatIsNotThereIsRefused(_ name: String) throws {
    let result = try ToolProgram.run(
      ["explain", "--allocation=\(name)", Recordings.debugLog("numa2")])
    #expect(result.status == 2 && result.output.isEmpty)
    #expect(result.error.contains("--allocation '\(name)': expected a number from 1 to 48, or"))
  }

  /// Where the log has none, those of the boot here: each that 'replay --json' lists.
  @Test func anAllocationOfTheBootHere() throws {
    let map = Recordings.map("thinkpad-t400")
    let json = try #require(
      JSONSerialization.jsonObject(with: ToolProgram.run(["replay", "--json", map]).output)
        as? [String: Any])
    let allocations = try #require(json["allocations"] as? [[String: String]])
    #expect(allocations.count > 8)
    for (index, allocation) in allocations.enumerated() {
      let result = try ToolProgram.run(["explain", "--allocation", "\(index + 1)", map])
      #expect(result.status == 0 && result.error.isEmpty)
      #expect(
        result.text.hasPrefix(
          "Allocation \(index + 1) of \(allocations.count), by \(allocation["caller"]!)\n  step "))
      #expect(result.text.hasSuffix("\nFound at \(allocation["start"]!)\n"))
    }
    let address = try ToolProgram.run(
      ["explain", "--allocation", allocations[2]["start"]!, map])
    #expect(address.text.hasPrefix("Allocation 3 of "))
    let nothing = try ToolProgram.run(
      ["explain", "--allocation", "1"], text: "BIOS-e820: [mem 0x0-0xfff] reserved\n")
    #expect(nothing.status == 0 && nothing.text.contains("\n  it was given nothing\n"))
    #expect(nothing.text.hasSuffix("\n  no gap at all\n\nNothing was found\n"))
  }
}
