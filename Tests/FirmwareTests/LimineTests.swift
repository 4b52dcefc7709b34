import Addressing
import Firmware
import Memblock
import SimulatedMemory
import Testing

@Suite struct LimineTests {
  private typealias B = Multiboot2Builder
  private let memory = SimulatedMemory(at: 0, size: 1 << 18)
  private var builder: LimineBuilder {
    var builder = LimineBuilder(offset: memory.window.offset)
    builder.machine.modules = [(0x2_0000, 0x1234, "first a=1"), (0x3_0000, 0, "")]
    return builder
  }

  private func read(_ responses: LimineResponses) -> ReadLoader {
    ReadLoader { LoaderInformation(limine: responses, through: memory.window, log: &$0) }
  }

  private func read(_ builder: LimineBuilder) -> ReadLoader {
    var image = LoaderImage(memory)
    return read(builder.write(into: &image))
  }

  @Test func readsAll() throws {
    for hasTablePointers in [true, false] {
      var builder = builder
      builder.hasTablePointers = hasTablePointers
      let found = read(builder)
      #expect(found.log.text == "")
      #expect(found.commandLine == "mem=128M")
      #expect(ReadLoader.text(found.contents.loaderName) == "Limine")
      #expect(found.map == mapRows(builder.machine))
      #expect(found.modules == ["131072 4660 first a=1", "196608 0 "])
      #expect(found.contents.acpiRootPointer?.count == 36)
      #expect(found.contents.efiSystemTable?.value == 0x2000)
      #expect(found.contents.efiMemoryMap?.count == 2)
      let screen = try #require(found.contents.framebuffer)
      #expect(screen.address.value == 0xfd00_0000)
      #expect(screen.width == 1024 && screen.height == 768 && screen.pitch == 4096)
      #expect(screen.kind == .rgb && screen.bitsPerPixel == 32)
      #expect([screen.red.position, screen.green.position, screen.blue.position] == [16, 9, 1])
      #expect([screen.red.size, screen.green.size, screen.blue.size] == [8, 7, 6])
    }
  }

  @Test func nothingWasAskedFor() {
    let found = read(LimineResponses())
    #expect(found.log.text == "")
    #expect(found.contents.memoryMap == nil && found.contents.commandLine == nil)
  }

  @Test func memoryInUseIsRAMThatIsReserved() throws {
    var builder = builder
    builder.machine.map = [(0, 0x9_f000, 1), (0x10_0000, 0x1000_0000, 1)]
    builder.moreEntries = [
      (0x2000_0000, 0x10_0000, 5), (0x2010_0000, 0x10_0000, 6), (0x3000_0000, 0x1000, 7),
      (0x3000_1000, 0x1000, 8), (0x3000_2000, 0x1000, 42),
    ]
    let found = read(builder)
    #expect(found.map.map { $0[2] } == [1, 1, 1, 1, 2, 2, 2])
    var inUse: [Bool] = []
    found.contents.memoryMap?.forEach { inUse.append($0.isInUse) }
    #expect(inUse == [false, false, true, true, false, false, false])
    var memblock = Memblock()
    try memblock.reserveLoaderMemory(of: found.contents)
    let reserved = memblock.isReserved(PhysicalAddress(0x201f_ffff))
    let free = memblock.isReserved(PhysicalAddress(0x2020_0000))
    #expect(reserved && !free)
  }

  @Test func brokenPiecesCostThemselves() throws {
    let far = VirtualAddress(0x1234)
    let cases: [(WritableKeyPath<LimineResponses, VirtualAddress?>, String)] = [
      (\.bootloaderInfo, "boot loader's name"), (\.executableCommandLine, "command line"),
      (\.memoryMap, "memory map"), (\.modules, "modules"), (\.framebuffer, "framebuffer"),
      (\.rootPointer, "ACPI root pointer"), (\.efiMemoryMap, "EFI memory map"),
      (\.efiSystemTable, "start structure"),
    ]
    for (path, name) in cases {
      var image = LoaderImage(memory)
      var responses = builder.write(into: &image)
      responses[keyPath: path] = far
      let found = read(responses)
      #expect(
        found.log.text == "limine: \(name) at 0x1234: it must lie in the memory that can be seen\n")
      responses[keyPath: path] = nil
      #expect(read(responses).log.text == "")
    }
  }

  /// The answer can be read, and the structure that it points to can't.
  @Test func aRootPointerOutOfReachIsReported() throws {
    var image = LoaderImage(memory)
    let responses = builder.write(into: &image)
    let answer = try #require(
      responses.rootPointer.flatMap { memory.window.physicalAddress(of: $0) })
    memory.put(B.little(memory.window.offset &+ (1 << 18 - 4)), at: answer.value + 8)
    let found = read(responses)
    #expect(found.contents.acpiRootPointer == nil && found.contents.acpiOldRootPointer == nil)
    #expect(
      found.log.text.hasPrefix("limine: ACPI root pointer at 0x")
        && found.log.text.hasSuffix(": it must lie in the memory that can be seen\n"),
      "\(found.log.text)")
  }

  @Test func brokenEntriesAreLeftOut() throws {
    var image = LoaderImage(memory)
    let responses = builder.write(into: &image)
    func table(_ response: VirtualAddress?) throws -> UInt64 {
      let address = try #require(response.flatMap { memory.window.physicalAddress(of: $0) })
      return memory.window.load(UInt64.self, at: address + 16) &- memory.window.offset
    }
    memory.put(B.little(UInt64(0x1234)), at: try table(responses.memoryMap) + 8)
    memory.put(B.little(UInt64(0x1234)), at: try table(responses.modules))
    let found = read(responses)
    var rows = mapRows(builder.machine)
    rows.remove(at: 1)
    #expect(found.map == rows)
    #expect(found.modules == ["196608 0 "])
    #expect(
      found.log.lines == [
        "limine: memory map at 0x1234: it must lie in the memory that can be seen",
        "limine: modules at 0x1234: it must lie in the memory that can be seen",
      ])
  }

  @Test func emptyMapsMustBeReachableToo() throws {
    var image = LoaderImage(memory)
    let responses = builder.write(into: &image)
    let answer = try #require(
      responses.efiMemoryMap.flatMap { memory.window.physicalAddress(of: $0) })
    memory.put(LoaderImage.words(0x6022_0000_ffff, 0), at: answer.value + 8)
    let found = read(responses)
    #expect(found.contents.efiMemoryMap == nil)
    #expect(
      found.log.text
        == "limine: EFI memory map at 0x60220000ffff: it must lie in the memory that can be seen\n")
  }

  @Test func countsThatOverflowAreRefused() throws {
    for count in [UInt64.max, 1 << 61, 1 << 20] {
      var image = LoaderImage(memory)
      let responses = builder.write(into: &image)
      let address = try #require(
        responses.memoryMap.flatMap { memory.window.physicalAddress(of: $0) })
      memory.put(B.little(count), at: address.value + 8)
      let found = read(responses)
      #expect(found.contents.memoryMap == nil)
      #expect(found.log.lines.count == 1)
    }
  }

  @Test func screensThatCannotBeAreRefused() {
    var builder = builder
    builder.depth = 33
    #expect(read(builder).contents.framebuffer == nil)
    builder.depth = 256
    #expect(
      read(builder).log.text.hasSuffix("its pitch must hold a line of its pixels\n"))
    builder.depth = 32
    builder.model = 2
    #expect(read(builder).contents.framebuffer?.kind == .other(2))
  }

  @Test func modulesThatPassTheEndAreTold() {
    var builder = builder
    builder.machine.modules = [(0x2_0000, .max - 0x1_0000, "x")]
    let found = read(builder)
    #expect(found.log.text.hasSuffix("it must not pass the end of the address space\n"))
    #expect(found.modules == ["131072 \(UInt64.max - 0x2_0000) x"])
  }
}
