/// A generator of numbers that the same seed makes the same everywhere (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }
}

extension StartCase {
  /// The case of a seed: one of the corpus, or none, and up to six changes.
  static func mutated(seed: UInt64, corpus: [StartCase]) -> StartCase {
    var random = SeededGenerator(seed: seed)
    var start = (corpus + [StartCase(lines: [])]).randomElement(using: &random)!
    // What was expected of the case in the corpus holds no longer. At its prompt the kernel would
    // wait for ever.
    start.lines.removeAll {
      $0[0] == "expect" || $0[0] == "at-prompt" || $0 == ["command-line", "monitor"]
    }
    if start.operands(of: "map").isEmpty, Bool.random(using: &random) {
      start.lines += StartCase(text: plainMap).lines
    }
    for _ in 0..<Int.random(in: 1...6, using: &random) { start.mutate(&random) }
    return start
  }

  private mutating func mutate(_ random: inout SeededGenerator) {
    switch (Int.random(in: 0..<8, using: &random), lines.indices.randomElement(using: &random)) {
    case (0, let index?): lines.remove(at: index)
    case (1, let index?): lines.append(lines[index])
    case (2...4, let index?): Self.changeNumber(of: &lines[index], &random)
    default: lines.append(Self.newLine(&random))
    }
  }

  /// Puts another value in place of one number of a line.
  private static func changeNumber(of line: inout Line, _ random: inout SeededGenerator) {
    let hasBytes = ["tag", "table"].contains(line[0]) || line[0].hasPrefix("patch-")
    let places = line.indices.dropFirst().filter {
      number(line[$0]) != nil && ($0 == 1 || !hasBytes)
    }
    guard let place = places.randomElement(using: &random), let old = number(line[place]) else {
      return
    }
    var value = interesting(&random)
    switch Int.random(in: 0..<4, using: &random) {
    case 0: value = old ^ (1 << UInt64.random(in: 0..<64, using: &random))
    case 1: value = old &+ UInt64.random(in: 0...2, using: &random) &- 1
    default: break
    }
    line[place] = "0x\(String(value, radix: 16))"
    if line[0] == "register" { allowRegister(&line) }
  }

  /// Addresses, sizes and limits at which something changes.
  private static func interesting(_ random: inout SeededGenerator) -> UInt64 {
    let values: [UInt64] = [
      0, 1, 2, 7, 8, 0xff, 0x800, 0xfff, 0x1000, 0x9fc00, 0xa0000, 0xb8000, 0x100000, 0x1f_ffff,
      0x200000, 0x21_0000, 0x2b_0000, 0x40_0000, 0x50_0000, 0x60_0000, 0x100_0000, 0x3ff_ffff,
      0x400_0000, 0x7fff_ffff, 0x8000_0000, 0xffff_f000, 0xffff_ffff, 0x1_0000_0000,
      1 << 40, 1 << 46, 1 << 47, 1 << 52, 1 << 63, .max - 0xfff, .max,
    ]
    switch Int.random(in: 0..<4, using: &random) {
    case 0: return random.next() >> UInt64.random(in: 0..<64, using: &random)
    case 1: return UInt64.random(in: 0..<0x500_0000, using: &random) & ~0xfff
    default: return values.randomElement(using: &random)!
    }
  }

  private static func newLine(_ random: inout SeededGenerator) -> Line {
    func number() -> String { "0x\(String(interesting(&random), radix: 16))" }
    func small(_ range: Range<UInt64>) -> String { "\(UInt64.random(in: range, using: &random))" }
    func digits() -> String {
      let word = [0, 1, 0xff, 0x80, 0x7f].randomElement(using: &random)!
      let byte = Bool.random(using: &random) ? word : Int.random(in: 0..<256, using: &random)
      let text = (byte < 16 ? "0" : "") + String(byte, radix: 16)
      return String(repeating: text, count: [1, 4, 8].randomElement(using: &random)!)
    }
    switch Int.random(in: 0..<16, using: &random) {
    case 0, 1: return ["map", number(), number(), small(0..<9)]
    case 2: return ["framebuffer", number(), number(), number(), number(), "32", "1"]
    case 3:
      return ["framebuffer", number(), small(0..<400), small(0..<200), small(0..<90), "16", "2"]
    case 4:
      let width = UInt64.random(in: 1..<2000, using: &random)
      return ["framebuffer", number(), "\(width * 4)", "\(width)", small(0..<1200), "32", "1"]
    case 5, 6:
      let names = ["eax", "ecx", "esp", "cr0", "cr3", "cr4", "efer", "flags", "fs", "gs"]
      var line = ["register", names.randomElement(using: &random)!, number()]
      if Bool.random(using: &random) { line[2] = "0x\(String(random.next(), radix: 16))" }
      allowRegister(&line)
      return line
    case 7: return ["srat-memory", small(0..<5), number(), number(), small(0..<8)]
    case 8: return ["srat-processor", small(0..<5), small(0..<5), small(0..<2)]
    case 9: return ["slit", "10", small(0..<256), small(0..<256), "10"]
    case 10:
      return ["table", ["APIC", "FACP", "HPET", "SRAT", "SLIT"].randomElement(using: &random)!]
        + (0..<Int.random(in: 0..<12, using: &random)).map { _ in digits() }
    case 11: return ["tag", small(0..<24)] + (0..<4).map { _ in digits() }
    case 12: return ["patch-information", small(0..<1600), digits()]
    case 13: return ["patch-tables", small(0..<400), digits()]
    case 14: return ["symbols-size", number()]
    default:
      let option = [
        "mem=\(number())", "memmap=\(number())$\(number())", "memmap=exactmap", "numa=off",
        "numa=fake=\(small(0..<70))", "memblock=debug", "movable_node", "kernelcore=mirror",
        "kernelcore=\(number())", "movablecore=\(small(0..<110))%",
        "reserve_mem=\(number()):\(number()):name", "memtest=\(small(0..<4))", "nosuch=\"",
      ].randomElement(using: &random)!
      return ["command-line", option]
    }
  }

  /// Takes out what no loader may leave (Multiboot2, section 3.3), and what the processor
  /// refuses to have set before the kernel's first instruction.
  private static func allowRegister(_ line: inout Line) {
    guard line.count == 3, var value = number(line[2]) else { return }
    switch line[1] {
    // Protection, no paging; no reserved bits, and not write-through without caches off.
    case "cr0": value = value & 0x4005_003e | 0x11
    case "cr4": value &= 0x35_1fff & ~0x2000
    case "efer": value &= 0x901
    // No trap flag, no interrupts, no virtual 8086 mode.
    case "flags": value = value & 0x24_7cd5 | 2
    case "fs", "gs": value = [0, 0x10, 0x18][Int(value % 3)]
    case "ebx": value = 0x500000
    default: break
    }
    line[2] = "0x\(String(value, radix: 16))"
  }
}
