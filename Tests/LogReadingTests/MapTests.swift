@testable import LogReading
import Testing

/// Every form in which a map of memory has been printed.
struct MapTests {
  static let entry = "BIOS-e820: [mem 0x0000000000001000-0x000000000009efff] usable"

  /// The prefixes that loggers, consoles and `dmesg`'s options put before a line.
  @Test(arguments: [
    "", " ", "<6>", "[    0.000000] ", "<6>[    0.000000] ", "[    0.000000][    T0] ",
    "[    0.000000] [C1] ", "[Mon Nov 24 10:00:00 2026] ", "[  +0.000012] ",
    "[Tue Nov 24 10:00:00 2026] ", "[Thu Nov 26 10:00:00 2026] ",
    "kern  :info  : [    0.000000] ", "kern  :info  : ", "Nov 24 10:00:00 host kernel: ",
    "Nov  4 10:00:00 host kernel: [    0.000000] ",
    "2026-11-24T10:00:00+01:00 host kernel: ", "2026-11-24T10:00:00.123456+0000 host kernel: ",
    "2026-11-24T10:00:00,000000+00:00 ", "2026-11-24 10:00:00 host kernel: [    0.000000] ",
    "[    0.000000] my-host kernel: ", "\u{1b}[32m[    0.000000] \u{1b}[0m\u{1b}[33m",
    "login: [    0.000000] ", "tux@host:~$ [1;31m[   12.345678][  T12] ",
  ])
  func prefixes(_ prefix: String) {
    let log = read("\(prefix)\(Self.entry)\r\n")
    #expect(log.text(.e820) == "1000-9efff:1")
    #expect(log.problemCount == 0)
    #expect(log.map(.e820).first?.line == LogLine(file: 0, number: 1, text: Self.entry))
  }

  @Test(arguments: [
    ("[mem 0x0-0xfff] usable", "0-fff:1"),
    ("[mem 0x0000000000001000-0x0000000000001fff] reserved", "1000-1fff:2"),
    ("[mem 0x0-0xfff] ACPI data", "0-fff:3"),
    ("[mem 0x0-0xfff] ACPI NVS", "0-fff:4"),
    ("[mem 0x0-0xfff] unusable", "0-fff:5"),
    ("[mem 0x0-0xfff] persistent (type 7)", "0-fff:7"),
    ("[mem 0x0-0xfff] persistent (type 12)", "0-fff:12"),
    ("[mem 0x0-0xfff] type 9", "0-fff:9"),
    ("[mem 0x0-0xfff] soft reserved", "0-fff:4026531839"),
    ("[mem 0x0-0xfff] Soft Reserved", "0-fff:4026531839"),
    // Linux 7.0 and what was proposed for it.
    ("[mem 0x0-0xfff]  System RAM", "0-fff:1"),
    ("[mem 0x0-0xfff]  device reserved", "0-fff:2"),
    ("[mem 0x0-0xfff]  639   KB kernel usable RAM", "0-fff:1"),
    ("[mem 0x0-0xfff]    1.9 GB System RAM", "0-fff:1"),
    // Up to Linux 3.4 the end is the byte past the last.
    ("0000000000000000 - 000000000009fc00 (usable)", "0-9fbff:1"),
    ("00000000bff80000 - 00000000bff8e000 (ACPI data)", "bff80000-bff8dfff:3"),
    ("00000000bff80000 - 00000000bff8e000 type 9", "bff80000-bff8dfff:9"),
    // The whole address space, and nothing.
    ("[mem 0x0-0xffffffffffffffff] reserved", "0-ffffffffffffffff:2"),
    ("[mem 0x1000-0xfff] usable", "1000-fff:1"),
  ])
  func e820(_ line: String, _ expected: String) {
    for name in ["BIOS-e820: ", " BIOS-e820: ", "BIOS-88: "] {
      let log = read(name + line + "\n")
      #expect(log.text(.e820) == expected)
      #expect(log.forms == [.e820] && log.firmwareSource == .e820)
    }
    #expect(read("user: \(line)\n").text(.user) == expected)
    #expect(read("modified: \(line)\n").text(.modified) == expected)
    #expect(read("reserve setup_data: \(line)\n").text(.setupData) == expected)
    #expect(read("Xen: \(line)\n").text(.xen) == expected)
  }

  /// Wherever a line ends, nothing is read past its end.
  @Test(arguments: [
    "Nov 24 10:00:00 host kernel: [    0.000000] \(entry)",
    "2026-11-24T10:00:00.123456+0000 host kernel: [    0.000000][    T0] \(entry)",
    "2026-11-24 10:00:00 host kernel: BIOS-e820: 0000000000000000 - 000000000009fc00 (usable)",
    "kern  :info  : [Mon Nov 24 10:00:00 2026] efi: mem00: [Boot Code|RUN| |UC] range=[0x0-0xfff] (0MB)",
    "login: [    0.000000] SRAT: Node 0 PXM 0 [mem 0x0-0xfff] hotplug",
    "(XEN)  [0000000000000000, 000000000009dfff] (usable)", "[0x0 -> 0x9fc00] : 0x9fc00 <Usable>",
    " size = 0x14, base_addr = 0x00, length = 0x09fc00, type = 0x1",
    "memblock_alloc_try_nid: 448 bytes align=0x40 nid=-1 from=0x0 max_addr=0x0 caller+0x1/0x2",
    "0x0000000000000000-0x000000007fffffff    2G online", "00001000-0009fbff : System RAM",
    "  DMA32    [mem 0x0000000001000000-0x000000003ffdffff]", "    0: 0x00000001 -> 0x0000009f",
    "\u{1b}[32m[    0.000000] \u{1b}[0m\u{1b}[33mNODE_DATA(1) allocated [mem 0x37fd5680-0x37ffffff]",
  ])
  func everyStartOfALine(_ line: String) {
    for count in 0...line.utf8.count {
      let start = String(decoding: Array(line.utf8.prefix(count)), as: UTF8.self)
      // At the end of the file, and with more lines after it.
      #expect(read(start).problemCount == 0)
      #expect(read(start + "\n\n").bootCount == 1)
    }
    #expect(!read(line + "\n").forms.isEmpty)
  }

  @Test func whatOnlyLooksLikeAnEntryIsNone() {
    #expect(
      read("base 0x0 length 0x1000 type 1\nsize 1, base = 0, length = 1, type = 1\n").forms.isEmpty)
  }

  @Test func gapsAreNoEntries() {
    let log = read(
      """
      BIOS-e820: [mem 0x0000000000000000-0x000000000009fbff]  System RAM
      BIOS-e820: [gap 0x00000000000a0000-0x00000000000effff]
      [mem 0x00000000000f0000-0x00000000000fffff]  device reserved
      [gap 0x00000000af800000-0x00000000fed1ffff]
      [mem 0x40000000-0xfeffbfff] available for PCI devices

      """)
    #expect(log.text(.e820) == "0-9fbff:1 f0000-fffff:2")
    #expect(log.problemCount == 0)
  }

  @Test(arguments: [
    "BIOS-e820: [mem 0x1000-0x2000 usable", "BIOS-e820: [mem 0x1000-] usable",
    "BIOS-e820: [mem 0x2000-0x1000] usable", "BIOS-e820: [mem 0x1000-0x1fff] magic",
    "BIOS-e820: [mem 0x1000-0x1fff] usable memory", "BIOS-e820: [mem 0x1000-0x1fff]",
    "BIOS-e820: [mem 0x10000000000000000-0x1fff] usable", "BIOS-e820: ",
  ])
  func aBadEntryIsNamed(_ line: String) {
    let log = read("hello\n\(line)\nmore\n")
    #expect(log.problemCount == 1 && log.text(.e820).isEmpty)
    #expect(log.problems.first?.line.number == 2)
    #expect(log.problems.first?.expected == "expected 'BIOS-e820: [mem 0xSTART-0xLAST] TYPE'")
    // At the end of the file it may only be cut off.
    #expect(read("hello\n\(line)").problemCount == 0)
  }

  @Test func edits() {
    let log = read(
      """
      e820: update [mem 0x00000000-0x00000fff] usable ==> reserved
      e820: remove [mem 0x000a0000-0x000fffff] usable

      """)
    #expect(log.edits.map(\.start) == [0, 0xa0000])
    #expect(log.edits.map(\.last) == [0xfff, 0xfffff])
  }

  @Test(arguments: [
    (
      "efi: mem00: [Conventional Memory|   |  |  |  |  |  |  |  |   |WB|WT|WC|UC] "
        + "range=[0x0000000000001000-0x000000000009ffff] (0MB)", "1000-9ffff:7", 8
    ),
    (
      "efi: mem12: [Runtime Data       |RUN|  |MR|SP|  |  |  |  |   |WB|WT|WC|UC] "
        + "range=[0x0000000000001000-0x000000000009ffff] (0MB)", "1000-9ffff:6",
      1 << 63 | 1 << 16 | 1 << 18 | 8
    ),
    (
      "efi: mem00: type=3, attr=0xf, range=[0x0000000000000000-0x0000000000001000) (0MB)",
      "0-fff:3", 15
    ),
    (
      "EFI: mem01: type=7, attr=0x800000000000000f, range=[0x1000-0x54000) (0MB)",
      "1000-53fff:7", 0x8000_0000_0000_000f
    ),
  ])
  func efi(_ line: String, _ expected: String, _ attributes: UInt64) {
    let log = read("[    0.000000] \(line)\n")
    #expect(log.text(.efi) == expected && log.forms == [.efi])
    #expect(log.map(.efi).first?.attributes == attributes)
  }

  @Test(arguments: [
    ("Reserved", 0), ("Loader Code", 1), ("Loader Data", 2), ("Boot Code", 3), ("Boot Data", 4),
    ("Runtime Code", 5), ("Runtime Data", 6), ("Conventional", 7), ("Unusable", 8),
    ("ACPI Reclaim Mem", 9), ("ACPI Mem NVS", 10), ("MMIO", 11), ("MMIO Port", 12),
    ("PAL Code", 13), ("Persistent", 14), ("Unaccepted", 15),
  ])
  func efiTypes(_ name: String, _ number: UInt32) {
    let log = read("efi: mem00: [\(name) |  |UC] range=[0x0-0xfff] (0MB)\n")
    #expect(log.map(.efi).map(\.type) == [number])
  }

  @Test func loaders() {
    let grub = read(
      """
      base_addr = 0x0, length = 0x9fc00, available RAM
      base_addr = 0x9fc00, length = 0x400, reserved RAM
      base_addr = 0x7ffe0000, length = 0x20000, ACPI reclaimable RAM
      base_addr = 0x80000000, length = 0x1000, ACPI non-volatile storage RAM
      base_addr = 0x90000000, length = 0x1000, faulty RAM (BadRAM)

      """)
    #expect(
      grub.text(.loader)
        == "0-9fbff:1 9fc00-9ffff:2 7ffe0000-7fffffff:3 80000000-80000fff:4 90000000-90000fff:5")
    #expect(grub.forms == [.lsmmap])
    let multiboot = read(
      """
       size = 0x14, base_addr = 0x00, length = 0x09fc00, type = 0x1
      MM: Multiboot mmap: address=P0x9fc00, length=1024, type=2
      base: 0x100000, length: 0x7ee0000, type: 1

      """)
    #expect(multiboot.text(.loader) == "0-9fbff:1 9fc00-9ffff:2 100000-7fdffff:1")
    #expect(multiboot.forms == [.multiboot])
    let limine = read(
      """
       [0x0 -> 0x9fc00] : 0x9fc00 <Usable RAM>
       [0x9fc00 -> 0xa0000] : 0x400 <Reserved>
       [0x100000 -> 0x200000] : 0x100000 <Bootloader reclaimable>

      """)
    #expect(limine.text(.loader) == "0-9fbff:1 9fc00-9ffff:2 100000-1fffff:1")
    #expect(limine.forms == [.limine])
    let xen = read(
      """
      (XEN) Xen-e820 RAM map:
      (XEN)  [0000000000000000, 000000000009dfff] (usable)
      (XEN)  000000000009e000 - 00000000000a0000 (reserved)

      """)
    #expect(xen.text(.xen) == "0-9dfff:1 9e000-9ffff:2")
  }

  @Test func runningSystems() {
    let iomem = read(
      """
      00000000-00000fff : Reserved
      00001000-0009fbff : System RAM
      000a0000-000bffff : PCI Bus 0000:00
      00100000-3ffdffff : System RAM
        01000000-01ffffff : Kernel code
      b0000000-b0ffffff : ACPI Tables
      c0000000-c0ffffff : ACPI Non-volatile Storage
      fec00000-fec003ff : IOAPIC 0
      100000000-17fffffff : Persistent Memory

      """)
    #expect(
      iomem.text(.iomem) == "0-fff:2 1000-9fbff:1 100000-3ffdffff:1 b0000000-b0ffffff:3 "
        + "c0000000-c0ffffff:4 100000000-17fffffff:7")
    // Who is not root sees no addresses.
    let hidden = read("00000000-00000000 : System RAM\n00000000-00000000 : Reserved\n")
    #expect(hidden.forms.isEmpty && hidden.firmwareSource == nil)
    let lsmem = read(
      """
      RANGE                                  SIZE  STATE REMOVABLE BLOCK
      0x0000000000000000-0x000000007fffffff    2G online       yes  0-15
      0x0000000100000000-0x000000017fffffff    2G offline

      Memory block size:       128M

      """)
    #expect(lsmem.text(.lsmem) == "0-7fffffff:1 100000000-17fffffff:2")
    #expect(lsmem.forms == [.lsmem])
  }

  @Test func theMapNearestToTheFirmwareCounts() {
    let both = read("00001000-0009fbff : System RAM\n", "\(Self.entry)\n")
    #expect(both.firmwareSource == .e820)
    #expect(both.map(.e820).first?.line.file == 1 && both.map(.iomem).first?.line.file == 0)
  }

  @Test func theLastBootOfAJournalCounts() {
    let log = read(
      """
      Linux version 6.1.0 (x)
      \(Self.entry)
      Linux version 6.12.117+deb12-amd64 (x)
      BIOS-e820: [mem 0x0-0xfff] reserved

      """)
    #expect(log.bootCount == 2 && log.text(.e820) == "0-fff:2")
    #expect(log.kernelVersion?.text == "6.12.117+deb12-amd64" && log.kernelVersion?.number == 3)
  }

  @Test func nothingOfTheseIsNothing() {
    #expect(read("").forms.isEmpty)
    #expect(read("hello\nadd\n[ 12\nmemory of things\nLast login\n0x\n").forms.isEmpty)
    #expect(read("add 0 1M\nreserve 0 4K\n# x\nalloc 4K 4K\n").forms == [.trace])
    #expect(read(String(repeating: "\u{0}\u{ff}[\u{1b}", count: 1000)).forms.isEmpty)
  }
}
