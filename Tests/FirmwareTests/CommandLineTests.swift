import Addressing
import Firmware
import Testing

private func string(_ bytes: RawSpan) -> String {
  String(decoding: bytes.byteOffsets.map { bytes[byteAt: $0] }, as: UTF8.self)
}

/// What reading a command line gave.
struct ReadCommandLine {
  var options: BootOptions
  var entries: [MemoryMap.Entry]
  var warnings: [String]
  var names: [String]
}

/// Reads a command line over a map of 640 KiB and 1 GiB of usable memory.
func readCommandLine(_ text: String, kernelOptions: String = "") -> ReadCommandLine {
  let bytes = Array(text.utf8)
  var map = MemoryMap()
  var log = TextLog()
  map.append(start: PhysicalAddress(0), size: 0xa_0000, type: .usable, log: &log)
  map.append(start: PhysicalAddress(0x10_0000), size: 0x3ff0_0000, type: .usable, log: &log)
  let options = BootOptions(
    reading: bytes.rawBytes, applyingTo: &map, kernelOptions: kernelOptions, log: &log)
  var discarded = TextLog()
  map.finishUserChanges(options, log: &discarded)
  var names: [String] = []
  for index in 0..<options.namedReservationCount {
    names.append(string(options.namedReservations[index].name.bytes))
  }
  let warnings = log.lines.filter { $0.hasPrefix("command line") || $0.hasPrefix("memory map") }
  return ReadCommandLine(
    options: options, entries: entries(of: map), warnings: warnings, names: names)
}

private func entry(_ start: UInt64, _ end: UInt64, _ type: MemoryType) -> MemoryMap.Entry {
  MemoryMap.Entry(
    AddressRange(from: PhysicalAddress(start), to: PhysicalAddress(end)), type)
}

@Suite struct CommandLineTests {
  private let low = entry(0, 0xa_0000, .usable)

  @Test func splitsAsLinuxDoes() {
    let line = #"  a b=c "d e=f g" h="i j" k=l"m n"o p-q=  r= "s" =t -- u=v"#
    let bytes = Array(line.utf8)
    var cursor = CommandLineCursor(bytes.rawBytes)
    var found: [String] = []
    while let option = cursor.next() {
      if let value = option.value {
        found.append("\(string(option.name))|\(string(value))")
      } else {
        found.append(string(option.name))
      }
    }
    #expect(found == ["a", "b|c", "d e|f g", "h|i j", #"k|l"m n"o"#, "p-q|", "r|", "s", "=t"])
  }

  @Test func looksUpTheLastOfAName() {
    let bytes = Array("test=one x test=two some-name=0x1G".utf8)
    func value(_ name: String) -> String? {
      guard let value = KernelCommandLine.value(of: name, in: bytes.rawBytes) else { return nil }
      return string(value)
    }
    #expect(value("test") == "two")
    #expect(value("x") == "")
    #expect(value("some_name") == "0x1G")
    #expect(value("tes") == nil)
  }

  @Test func numbersAreLinux() {
    let cases: [(String, UInt64?)] = [
      ("0", 0), ("10", 10), ("010", 8), ("0x10", 16), ("0X1f", 31), ("08", 0), ("0x", 0),
      ("1K", 1 << 10), ("1k", 1 << 10), ("2M", 2 << 20), ("3g", 3 << 30), ("4T", 4 << 40),
      ("5P", 5 << 50), ("1E", 1 << 60), ("15E", 15 << 60), ("16E", nil), ("0x1G", 1 << 30),
      ("18446744073709551615", .max), ("18446744073709551616", nil), ("-1", nil), ("+1", nil),
      ("", nil), ("K", nil), ("1 K", 1),
    ]
    for (text, expected) in cases {
      let bytes = Array(text.utf8)
      let number = KernelCommandLine.number(bytes.rawBytes)
      #expect(number == expected, "\(text)")
    }
  }

  @Test func memLimits() {
    let cut = [low, entry(0x10_0000, 0x2000_0000, .usable)]
    #expect(readCommandLine("mem=512M").entries == cut)
    #expect(readCommandLine("memmap=512M").entries == cut)
    #expect(readCommandLine("mem=0x20000000 mem=768M").entries == cut)
    #expect(readCommandLine("mem=512M").warnings == [])
    let uncut = readCommandLine("quiet", kernelOptions: "quiet").entries
    for (text, why) in [
      ("mem", "malformed early option: it needs a value; ignored"),
      ("mem=", "malformed early option: it must start with a number; ignored"),
      ("mem=0", "malformed early option: the number must not be 0; ignored"),
      ("mem=lots", "malformed early option: it must start with a number; ignored"),
      (
        "mem=99999999999999999999",
        "malformed early option: a number must fit into 64 bits; ignored"
      ),
      ("mem=16E", "malformed early option: a number must fit into 64 bits; ignored"),
      ("mem=nopentium", "malformed early option: this value has no meaning; ignored"),
      ("memmap", "malformed early option: it needs a value; ignored"),
      ("memmap=", "malformed early option: it must start with a number; ignored"),
      ("memmap=0", "malformed early option: the number must not be 0; ignored"),
      ("memmap=1M@", "malformed early option: an address must follow; ignored"),
      ("memmap=1M%0x100000-1x", "malformed early option: this value has no meaning; ignored"),
    ] {
      let read = readCommandLine(text)
      #expect(read.entries == uncut, "\(text)")
      #expect(read.warnings == ["command line: \(text): \(why)"])
    }
    let junk = readCommandLine("mem=512Mx")
    #expect(junk.entries == cut)
    #expect(
      junk.warnings == ["command line: mem=512Mx: the text after the last number is not read"])
    let twice = readCommandLine("mem=1M mem=512M")
    #expect(twice.warnings == ["command line: mem=512M: given again; the lower limit holds"])
  }

  @Test func memmapForms() {
    let read = readCommandLine(
      "memmap=1M$0x10000000,64K#0x20000000 memmap=4M!0x24000000 memmap=1G@4G "
        + "memmap=1M%0x30000000-1+5 memmap=1M%0x31000000-1 memmap=1M%0x32000000+2")
    #expect(read.warnings == [])
    #expect(
      read.entries == [
        low,
        entry(0x10_0000, 0x1000_0000, .usable), entry(0x1000_0000, 0x1010_0000, .reserved),
        entry(0x1010_0000, 0x2000_0000, .usable), entry(0x2000_0000, 0x2001_0000, .acpiData),
        entry(0x2001_0000, 0x2400_0000, .usable),
        entry(0x2400_0000, 0x2440_0000, .persistentLegacy),
        entry(0x2440_0000, 0x3000_0000, .usable), entry(0x3000_0000, 0x3010_0000, .unusable),
        entry(0x3010_0000, 0x3100_0000, .usable), entry(0x3110_0000, 0x3200_0000, .usable),
        entry(0x3200_0000, 0x3210_0000, .reserved), entry(0x3210_0000, 0x4000_0000, .usable),
        entry(0x1_0000_0000, 0x1_4000_0000, .usable),
      ])
  }

  /// Without a type all is taken out, with one only that: there is RAM below the reserved entry.
  @Test func memmapTakesOut() {
    let read = readCommandLine(
      "memmap=1M$0x10000000 memmap=2M%0x10000000-2 memmap=1M$0x20000000 memmap=2M%0x20000000")
    #expect(
      read.entries == [
        low, entry(0x10_0000, 0x2000_0000, .usable), entry(0x2020_0000, 0x4000_0000, .usable),
      ])
  }

  @Test func exactmapStartsAnew() {
    let read = readCommandLine("memmap=exactmap,640K@0 memmap=16M@1M")
    #expect(read.entries == [low, entry(0x10_0000, 0x110_0000, .usable)])
    #expect(read.warnings == [])
    #expect(read.options.changesMap)
  }

  @Test func malformedPartsCostThemselves() {
    let read = readCommandLine("memmap=x,1M$16M,$5,99999999999999999999$0,1M$32Mz,2M$max")
    #expect(read.entries.count(where: { $0.type == .reserved }) == 2)
    #expect(
      read.warnings == [
        "command line: memmap=x: malformed early option: it must start with a number; ignored",
        "command line: memmap=x,1M$16M,$5: malformed early option: it must start with a number; "
          + "ignored",
        "command line: memmap=x,1M$16M,$5,99999999999999999999$0: malformed early option: a "
          + "number must fit into 64 bits; ignored",
        "command line: memmap=x,1M$16M,$5,99999999999999999999$0,1M$32Mz: the text after the "
          + "last number is not read",
        "command line: memmap=x,1M$16M,$5,99999999999999999999$0,1M$32Mz,2M$max: malformed "
          + "early option: an address must follow; ignored",
      ])
  }

  @Test func otherOptions() {
    let read = readCommandLine(
      "memblock=debug numa=off movable-node kernelcore=30% movablecore=512M memtest=4 "
        + #"page_poison=on "reserve_mem=12M:4M:trace" reserve_mem=64K:4096:oops numa=fake=4U "#
        + "add_efi_memmap efi=nosoftreserve acpi=off")
    #expect(read.warnings == [])
    let options = read.options
    #expect(options.isMemblockDebugged && options.isNUMAOff && options.isNodeMovable)
    #expect(options.kernelCore == .percent(30))
    #expect(options.movableCore == .size(512 << 20))
    #expect(options.memtestPatterns == 4)
    #expect(options.poisonsPages == true)
    #expect(read.names == ["trace", "oops"])
    #expect(options.namedReservations[0].size == 12 << 20)
    #expect(options.namedReservations[0].alignment == 4 << 20)
    #expect(options.fakeNodes == .perNode(4))
    #expect(options.addsEFIMemoryMap && options.ignoresSoftReservations && options.isACPIOff)
    #expect(!options.changesMap && !options.isKernelCoreMirrored)
    #expect(readCommandLine("kernelcore=mirror").options.isKernelCoreMirrored)
    #expect(readCommandLine("numa=fake=256M").options.fakeNodes == .size(256 << 20))
    #expect(readCommandLine("numa=fake=8").options.fakeNodes == .count(8))
    #expect(readCommandLine("memtest").options.memtestPatterns == 17)
    #expect(readCommandLine("numa=noacpi").options.ignoresSRAT)
  }

  @Test func eachProblemIsOneLine() {
    for (text, why) in [
      ("quiet", "unknown option, ignored"),
      ("numa", "malformed early option: it needs a value; ignored"),
      ("numa=on", "malformed early option: this value has no meaning; ignored"),
      ("numa=fake=U", "malformed early option: it must start with a number; ignored"),
      ("numa=fake=0", "malformed early option: the number must not be 0; ignored"),
      ("numa=fake=4:10,20", "the text after the last number is not read"),
      ("memblock=x", "malformed early option: this value has no meaning; ignored"),
      ("kernelcore=101%", "malformed early option: at most 100%; ignored"),
      ("kernelcore=", "malformed early option: it must start with a number; ignored"),
      ("movablecore=1Gx", "the text after the last number is not read"),
      ("memtest=4x", "malformed early option: this value has no meaning; ignored"),
      ("memtest=4294967296", "malformed early option: a number must fit into 64 bits; ignored"),
      ("page_poison=x", "malformed early option: this value has no meaning; ignored"),
      (
        "reserve_mem=4M:4096",
        "malformed option: it must be size:alignment:name, the name 1 to 15 bytes; ignored"
      ),
      ("reserve_mem=4M:3:x", "malformed option: the alignment must be a power of two; ignored"),
      (
        "reserve_mem=4M:0:sixteen_letters_",
        "malformed option: it must be size:alignment:name, the name 1 to 15 bytes; ignored"
      ),
      ("reserve_mem=0:0:x", "malformed early option: the number must not be 0; ignored"),
    ] {
      let read = readCommandLine(text)
      #expect(read.warnings == ["command line: \(text): \(why)"])
      #expect(read.names == [])
    }
    #expect(
      readCommandLine("a\u{1b}[2J=\"x").warnings == [
        "command line: a?[2J=\"x: a quotation mark has no partner; the option goes to the end of "
          + "the line",
        "command line: a?[2J=\"x: unknown option, ignored",
      ])
    let blank = readCommandLine("\"reserve_mem=4M:0:  \"")
    #expect(blank.names == [] && blank.warnings.count == 1)
    #expect(
      readCommandLine("memtest=1 memtest=2").warnings == [
        "command line: memtest=2: given again; this one counts"
      ])
    let many = readCommandLine(
      (0..<9).map { "reserve_mem=1M:0:r\($0)" }.joined(separator: " ") + " reserve_mem=1M:0:r1")
    #expect(many.names.count == 8)
    #expect(many.warnings.count == 2)
  }
}
