import Testing

@testable import SerialHarness

@Suite struct MachineArgumentsTests {
  private func arguments(_ machine: Machine) throws -> String {
    try machine.arguments(with: MachineFiles(options: "/o.tar", firmwareImage: nil))
      .joined(separator: " ")
  }

  @Test func memoryIsTakenAsItIsTouched() throws {
    var machine = Machine(start: .iso("/k.iso"))
    machine.memory = .gibibytes(64)
    let line = try arguments(machine)
    #expect(line.hasPrefix("-machine q35,memory-backend=ram -m 64G -object memory-backend-ram"))
    #expect(line.contains("id=ram,size=64G"))
    #expect(line.contains("-cdrom /k.iso -boot d -drive file=/o.tar,format=raw,if=virtio"))
  }

  @Test func manyAddressBitsOnlyWhereTheyAreNeeded() throws {
    var machine = Machine(start: .iso("/k.iso"))
    machine.memory = .gibibytes(512)
    #expect(try arguments(machine).contains("-cpu max -smp"))
    machine.memory = .gibibytes(16 << 10)
    #expect(try arguments(machine).contains("-cpu max,phys-bits=52 "))
    #expect(try arguments(machine).contains("-m 16T "))
    machine.processor = "qemu64,phys-bits=46"
    #expect(try arguments(machine).contains("-cpu qemu64,phys-bits=46 "))
  }

  @Test func nodesWithAndWithoutMemory() throws {
    var machine = Machine(start: .iso("/k.iso"))
    machine.memory = .mebibytes(1536)
    machine.processorCount = 2
    machine.nodes = [
      Machine.Node(memory: .gibibytes(1), processors: [0], distances: [10, 20, 30]),
      Machine.Node(memory: nil, processors: [1]),
      Machine.Node(memory: .mebibytes(512)),
    ]
    let line = try arguments(machine)
    #expect(line.contains("-numa node,nodeid=0,memdev=node0,cpus=0 "))
    #expect(line.contains("-numa node,nodeid=1,cpus=1 "))
    #expect(line.contains("-numa node,nodeid=2,memdev=node2 "))
    #expect(line.contains("-numa dist,src=0,dst=2,val=30 "))

    machine.memory = .gibibytes(2)
    #expect(
      throws: HarnessError.nodeMemory(nodes: .mebibytes(1536), machine: .gibibytes(2))
    ) { try arguments(machine) }
  }

  @Test func extraArgumentsStandLast() throws {
    var machine = Machine(start: .disks)
    machine.disks = [Machine.Disk(path: "/a,b.img", discardsWrites: false)]
    machine.arguments = ["-m", "7G"]
    let line = try arguments(machine)
    #expect(line.contains("-drive file=/a,,b.img,format=raw,if=ide,snapshot=off"))
    #expect(line.hasSuffix(" -m 7G"))
  }

  @Test func aStickAndNoLoader() throws {
    let stick = try arguments(Machine(start: .usbStick("/a,b.iso")))
    #expect(stick.contains("-device usb-storage,drive=stick,bootindex=0 "))
    #expect(stick.contains("-drive file=/a,,b.iso,format=raw,if=none,id=stick,snapshot=on "))
    #expect(stick.contains("-drive file=/o.tar,format=raw,if=virtio"))
    var machine = Machine(start: .pvh("/k.elf"))
    machine.commandLine = "a=$b, c"
    let words = try machine.arguments(with: MachineFiles())
    let kernel = try #require(words.firstIndex(of: "-kernel"))
    #expect(words[kernel + 1] == "/k.elf")
    #expect(words[kernel + 2] == "-append" && words[kernel + 3] == "a=$b, c")
    machine.firmware = .uefi
    #expect(throws: HarnessError.pvhWithUEFI) { try machine.fingerprint() }
    machine.firmware = .bios
    machine.modules = [Machine.Module([1])]
    #expect(throws: HarnessError.modulesWithoutMultiboot2) { try machine.fingerprint() }
  }

  @Test func acpiTables() throws {
    var machine = Machine(start: .disks)
    machine.acpiTables = [Machine.ACPITable("SRAT", revision: 3, body: [1, 2])]
    let line = try machine.arguments(with: MachineFiles(tables: ["/t"])).joined(separator: " ")
    #expect(line.contains("-acpitable sig=SRAT,rev=3,data=/t "))
  }

  @Test func modulesNeedGRUB() {
    var machine = Machine(start: .disks)
    machine.modules = [Machine.Module([1])]
    #expect(throws: HarnessError.modulesWithoutMultiboot2) { try machine.fingerprint() }
  }

  @Test func theAcceleratorThatIsGivenWins() throws {
    var machine = Machine(start: .disks)
    #expect(try arguments(machine).contains("-accel tcg "))
    for given in [["-accel", "kvm"], ["-enable-kvm"], ["-machine", "accel=kvm:tcg"]] {
      machine.arguments = given
      let line = try arguments(machine)
      #expect(!line.contains("tcg ") && line.hasSuffix(given.joined(separator: " ")))
    }
  }

  @Test func fingerprintsDifferWithTheContents() throws {
    var machine = Machine(start: .iso("/k.iso"))
    let plain = try machine.fingerprint()
    #expect(try machine.fingerprint() == plain)
    machine.commandLine = "quiet"
    #expect(try machine.fingerprint() != plain)
  }

  @Test func theCommandToRepeatSurvivesAShell() {
    #expect(
      shellCommand(["qemu", "-append", "a=$b 'c'", "x,y=1"])
        == #"qemu -append 'a=$b '\''c'\''' x,y=1"#)
    #expect(shellCommand(["qemu", ""]) == "qemu ''")
  }

  @Test func sizes() {
    #expect(MemorySize("64M") == .mebibytes(64))
    #expect(MemorySize("3") == .mebibytes(3))
    #expect(MemorySize("16t") == .gibibytes(16 << 10))
    #expect(MemorySize("99999999T") == nil)
    #expect(MemorySize("G") == nil)
    #expect(MemorySize("1X") == nil)
    #expect(MemorySize.mebibytes(3072).description == "3G")
    #expect(MemorySize.kibibytes(1025).description == "1025K")
    #expect(MemorySize(bytes: 7).description == "7B")
  }
}
