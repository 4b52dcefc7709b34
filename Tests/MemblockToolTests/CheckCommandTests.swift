import Foundation
import Testing

struct CheckCommandTests {
  /// The operations of Linux, 6.12 and 7.3.4, come to Linux's addresses and dumps.
  @Test(arguments: Recordings.debugLogs)
  func equalsLinux(path: String) throws {
    let result = try ToolProgram.run(["check", path])
    #expect(result.status == 0 && result.error.isEmpty, "\(result.text)")
    let counts = try #require(
      result.text.wholeMatch(
        of: /(\d+) operations run, (\d+) allocations and 1 dump equal\n/))
    let text = try String(decoding: Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    let requests = text.matches(of: /memblock_[a-z_]+: \d+ bytes align=/).count
    #expect(counts.2 == "\(requests)" && requests > 40)
  }

  /// Of 7.3 too: who has made a reservation, and on which node.
  @Test(arguments: [
    (
      "0x0000000003411000 bytes on node 0 flags: 0x20",
      "0x0000000003411000 bytes on node 0 flags: 0x0", "reserved[4]: Linux has"
    ),
    (
      "[0x000000003ffd4f40-0x000000003fffffff] nid=0 flags=20",
      "[0x000000003ffd4f40-0x000000003fffffff] nid=1 flags=20", "reserved[5]: Linux has"
    ),
    // No limit, as `MEMBLOCK_ALLOC_NOLEAKTRACE` says it.
    (
      "from=0x0000000001000000 max_addr=0x0000000000000001",
      "from=0x0000000001000000 max_addr=0x0000000000000002",
      "Linux was given 0x3ffd2000, and the replay nothing"
    ),
  ])
  func aWrongLogOf7_3IsFoundOut(_ part: String, _ wrong: String, _ problem: String) throws {
    let path = Recordings.debugLog("numa2", of: "7.3")
    let text = try String(decoding: Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    #expect(text.contains(part))
    let result = try ToolProgram.run(["check"], text: text.replacing(part, with: wrong))
    #expect(result.status == 1 && result.text.contains(problem), "\(result.text)")
  }

  /// A log that says something else than what memblock does is found out, at its line.
  @Test(arguments: [
    // An address that was given.
    (
      "[0x000000007ffad680-0x000000007ffb567f] memblock_alloc",
      "[0x000000007ffad640-0x000000007ffb563f] memblock_alloc",
      "memblock_alloc_try_nid: Linux was given 0x7ffad640, and the replay 0x7ffad680"
    ),
    // The request before it.
    (
      "32768 bytes align=0x40", "32768 bytes align=0x1000",
      "Linux was given 0x7ffad680, and the replay 0x7ffad000"
    ),
    // A reservation that the next dump does not have.
    (
      "memblock_reserve: [0x000000007ffe1c07-", "memblock_free: [0x000000007ffe1c07-",
      "reserved[5]: Linux has"
    ),
    // Nodes by SRAT.
    ("Node 1 PXM 1 [mem 0x40000000-", "Node 1 PXM 1 [mem 0x50000000-", "memory["),
    (
      "0x000000003ffe0000 bytes on node 1 flags: 0x0",
      "0x000000003ffe0000 bytes on node 1 flags: 0x1", "memory[2]: Linux has"
    ),
    (
      "memory size = 0x000000007ff7ec00 reserved size = 0x0000000002d67f2f",
      "memory size = 0x000000007ff7e000 reserved size = 0x0000000002d67f2f",
      "memory size: Linux has 0x7ff7e000, the replay 0x7ff7ec00"
    ),
  ])
  func aWrongLogIsFoundOut(_ part: String, _ wrong: String, _ problem: String) throws {
    let path = Recordings.debugLog("numa2")
    let text = try String(decoding: Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    #expect(text.contains(part))
    let result = try ToolProgram.run(["check"], text: text.replacing(part, with: wrong))
    #expect(result.status == 1, "\(result.text)")
    #expect(result.text.contains(problem), "\(result.text)")
    #expect(
      result.text.hasPrefix("standard input:") && result.text.split(separator: "\n").count == 1)
  }

  /// A log as Linux 7.3 writes it: reservations by another name, marked with who made them.
  @Test func linux7() throws {
    let text = """
      Linux version 7.3.0-amd64 (x)
      memblock_add: [0x100000-0xffffff] e820__memblock_setup+0x1/0x2
      __memblock_reserve: [0x100000-0x1fffff] nid=-1 flags=0 setup_arch+0x1/0x2
      memblock_alloc_try_nid: 4096 bytes align=0x1000 nid=-1 from=0x0 max_addr=0x0 x+0x1/0x2
      __memblock_reserve: [0xfff000-0xffffff] nid=-1 flags=20 memblock_alloc_range_nid+0x1/0x2
      memblock_alloc_hugetlb: 2097152 bytes, nid=-1, exact_nid=0 x+0x1/0x2
      __memblock_reserve: [0xc00000-0xdfffff] nid=-1 flags=a0 memblock_alloc_hugetlb+0x1/0x2
      MEMBLOCK configuration:
       memory size = 0xf00000 reserved size = 0x301000
       memory.cnt  = 0x1
       memory[0x0]\t[0x0000000000100000-0x0000000000ffffff], 0x0000000000f00000 bytes flags: 0x0
       reserved.cnt  = 0x3
       reserved[0x0]\t[0x0000000000100000-0x00000000001fffff], 0x0000000000100000 bytes flags: 0x0
       reserved[0x1]\t[0x0000000000c00000-0x0000000000dfffff], 0x0000000000200000 bytes flags: 0xa0
       reserved[0x2]\t[0x0000000000fff000-0x0000000000ffffff], 0x0000000000001000 bytes flags: 0x20

      """
    let start = text.replacing(
      "memblock_add:",
      with: """
        MEMBLOCK configuration:
         memory size = 0x0 reserved size = 0x0
         memory.cnt  = 0x0
         reserved.cnt  = 0x0
        memblock_add:
        """)
    let result = try ToolProgram.run(["check"], text: start)
    #expect(
      result.text == "4 operations run, 2 allocations and 1 dump equal\n" && result.status == 0)
    // By the rules of 6.12 nobody marks anything.
    let older = try ToolProgram.run(["check"], text: start.replacing("7.3.0", with: "6.12.0"))
    #expect(older.status == 1 && older.text.contains("reserved[2]: Linux has"))
  }

  /// The kernel here logs as Linux does, on its serial console too.
  @Test func ownKernel() throws {
    let check = try ToolProgram.run(["check", Recordings.ownKernel])
    #expect(check.status == 0)
    #expect(check.text.contains(", 19 allocations and 1 dump equal"), "\(check.text)")
    let text = try String(contentsOfFile: Recordings.ownKernel, encoding: .utf8)
      .replacing("\r\n", with: "\n")
    let replay = try ToolProgram.run(["replay", Recordings.ownKernel])
    let zones = text.matches(of: /(DMA|DMA32|Normal) +\[mem .*\]|node +\d+: \[mem .*\]/).map(\.0)
    #expect(zones.count == 6)
    for line in zones { #expect(replay.text.contains(line), "\(line)") }
    // The kernel's image is the largest of what its first dump has reserved.
    #expect(!replay.text.contains("0x0000000001000000-0x0000000003c10fff"))
    let wrong = text.replacing(
      " memory[0x2]\t[0x0000000100000000-0x000000017fffffff], 0x0000000080000000 bytes on node 0",
      with:
        " memory[0x2]\t[0x0000000100000000-0x000000017fffffff], 0x0000000080000000 bytes on node 1")
    #expect(wrong != text)
    #expect(try ToolProgram.run(["check"], text: wrong).status == 1)
  }

  @Test func withoutOperationsThereIsNothingToCheck() throws {
    let result = try ToolProgram.run(["check", Recordings.map("thinkpad-t400")])
    #expect(result.status == 2 && result.error.contains("no operations to check; expected lines"))
  }
}
