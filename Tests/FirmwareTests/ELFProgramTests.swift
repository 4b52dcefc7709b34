import Addressing
import Firmware
import SimulatedMemory
import Testing

/// The file of a kernel that is to be started.
@Suite struct ELFProgramTests {
  typealias B = Multiboot2Builder

  private static func header(
    type: UInt32 = 1, offset: UInt64, address: UInt64, size: UInt64, inMemory: UInt64
  ) -> [UInt8] {
    B.little(type) + B.little(UInt32(5)) + B.little(offset)
      + B.little(0xffff_ffff_8000_0000 + address)
      + B.little(address) + B.little(size) + B.little(inMemory) + B.little(UInt64(4096))
  }

  /// A file with two segments and a symbol table: 64 bytes of header, 4 program headers, 100 bytes, 2
  /// section headers.
  private static func file() -> [UInt8] {
    var file: [UInt8] = [0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0] + [UInt8](repeating: 0, count: 8)
    file += B.little(UInt16(2)) + B.little(UInt16(62)) + B.little(UInt32(1))
    file += B.little(UInt64(0x20_0010)) + B.little(UInt64(64)) + B.little(UInt64(64 + 4 * 56 + 100))
    file += B.little(UInt32(0))
    file += [64, 56, 4, 64, 2, 1].flatMap { B.little(UInt16($0)) }
    let content = UInt64(64 + 4 * 56)
    file += header(offset: content, address: 0x20_0000, size: 60, inMemory: 60)
    file += header(type: 4, offset: 0xffff_ffff, address: 0, size: 8, inMemory: 4)
    file += header(offset: content + 60, address: 0x30_0000, size: 40, inMemory: 0x1000)
    file += header(offset: content, address: 0x40_0000, size: 0, inMemory: 0)
    file += (0..<100).map { UInt8($0) }
    file += [UInt8](repeating: 0, count: 64)
    file += B.little(UInt32(1)) + B.little(UInt32(2)) + [UInt8](repeating: 0, count: 16)
    file += B.little(content) + B.little(UInt64(24)) + [UInt8](repeating: 0, count: 24)
    return file
  }

  private func problem(_ file: [UInt8]) -> ELFProgram.Problem? {
    let memory = SimulatedMemory(file, at: 0x1000)
    do throws(ELFProgram.Problem) {
      _ = try ELFProgram(memory.bytes)
      return nil
    } catch {
      return error
    }
  }

  private func problem(_ offset: Int, _ bytes: [UInt8]) -> ELFProgram.Problem? {
    var file = Self.file()
    file.replaceSubrange(offset..<offset + bytes.count, with: bytes)
    return problem(file)
  }

  @Test func segmentsAndSymbolsAreFound() throws {
    let memory = SimulatedMemory(Self.file(), at: 0x1000)
    let program = try ELFProgram(memory.bytes)
    #expect(program.entry == PhysicalAddress(0x20_0010))
    #expect(program.nameSection == 1)
    var segments: [String] = []
    try program.forEachSegment {
      segments.append(
        "\($0.content.range.start.value) \($0.content.count) \($0.target.start.value) \($0.target.size)"
      )
    }
    let content = 0x1000 + 64 + 4 * 56
    #expect(segments == ["\(content) 60 \(0x20_0000) 60", "\(content + 60) 40 \(0x30_0000) 4096"])
    var symbols: [Int] = []
    program.forEachSymbolSection { section, bytes in
      symbols.append(section)
      #expect(bytes.range == AddressRange(at: PhysicalAddress(UInt64(content)), size: 24))
    }
    #expect(symbols == [1])
    #expect(program.sectionHeaders?.count == 128)
    var stripped = Self.file()
    stripped[60] = 0
    let strippedMemory = SimulatedMemory(stripped, at: 0x1000)
    #expect(try ELFProgram(strippedMemory.bytes).sectionHeaders?.count == nil)
  }

  @Test func whatIsNoKernelIsRefused() {
    #expect(problem([]) == .notELF)
    #expect(problem(Array(Self.file().prefix(31))) == .notELF)
    #expect(problem(4, [1]) == .notELF)
    #expect(problem(18, [3]) == .notELF)
    // The entry is behind the first segment; above 4 GiB.
    #expect(problem(24, B.little(UInt64(0x20_003c))) == .outOfReach)
    #expect(problem(24, B.little(UInt64(0x30_0fff))) == nil)
    // Program headers outside the file, too small, at an address that overflows.
    #expect(problem(32, B.little(UInt64(400))) == .cut)
    #expect(problem(32, B.little(UInt64.max)) == .cut)
    #expect(problem(54, B.little(UInt16(55))) == .cut)
    #expect(problem(56, B.little(UInt16(0))) == .outOfReach)
    // A segment's bytes.
    #expect(problem(64 + 8, B.little(UInt64.max)) == .cut)
    #expect(problem(64 + 32, B.little(UInt64(61 + 100 + 128))) == .cut)
    #expect(problem(64 + 32, B.little(UInt64(61))) == .outOfReach)
    // Its place.
    #expect(problem(64 + 24, B.little(UInt64(0xffff_ffc5))) == .outOfReach)
    #expect(problem(64 + 2 * 56 + 24, B.little(UInt64(0xffff_f000))) == nil)
    #expect(problem(64 + 2 * 56 + 24, B.little(UInt64(0xffff_f001))) == .outOfReach)
    #expect(problem(64 + 2 * 56 + 40, B.little(UInt64.max)) == .outOfReach)
  }

  @Test func noFileCrashesTheReader() {
    var random = SeededGenerator(state: 15)
    for _ in 0..<3000 {
      var file = Self.file()
      for _ in 0...Int.random(in: 0..<4, using: &random) {
        let place = Int.random(in: 0..<file.count, using: &random)
        file[place] = UInt8.random(in: 0...255, using: &random)
      }
      file.removeLast(
        Int.random(in: 0..<8, using: &random) == 0
          ? Int.random(in: 0..<file.count, using: &random) : 0)
      let memory = SimulatedMemory(file, at: 0x1000)
      guard let program = try? ELFProgram(memory.bytes) else { continue }
      try? program.forEachSegment { segment in
        #expect(memory.range.contains(segment.content.range))
        #expect(
          segment.target.end.value <= 1 << 32 && segment.content.range.size <= segment.target.size)
      }
      program.forEachSymbolSection { #expect(memory.range.contains($1.range)) }
    }
  }
}
