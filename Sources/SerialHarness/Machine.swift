/// A machine to boot: what firmware, processors, memory and disks it has, and what it starts.
///
/// ```swift
/// var machine = Machine(start: .iso("build/os.iso"))
/// machine.memory = .gibibytes(4)
/// machine.commandLine = "memblock=debug"
/// let outcome = try await machine.boot(timeLimit: .seconds(30))
/// ```
public struct Machine: Sendable {
  /// What the machine starts.
  public enum Start: Sendable {
    /// A CD image whose GRUB reads ``Machine/commandLine`` and ``Machine/modules`` from a file
    /// `boot.cfg` on another disk, as <doc:SerialHarness> explains.
    case iso(String, loading: Kernel = .multiboot2)
    /// The same image, written to a USB stick. GRUB finds ``Machine/commandLine`` as it does there.
    case usbStick(String)
    /// A kernel's ELF file by its PVH entry, without a boot loader. QEMU hands on
    /// ``Machine/commandLine``; there is no UEFI, no screen, and ``Machine/modules`` have no effect.
    case pvh(String)
    /// Whatever the firmware finds on ``Machine/disks``.
    case disks
    /// Memory and registers as they are given, without a firmware: ``Machine/firmware``,
    /// ``Machine/commandLine`` and ``Machine/modules`` have no effect.
    case direct(DirectStart)
  }

  /// What kind of kernel GRUB loads.
  public enum Kernel: Sendable {
    /// The one that the ISO's `grub.cfg` names, by the Multiboot2 protocol.
    case multiboot2
    /// A Linux kernel and its first file system, by their paths on the ISO.
    case linux(String, initialRAMDisk: String)
  }

  /// The firmware: SeaBIOS, or OVMF for UEFI.
  public enum Firmware: String, Sendable, CaseIterable {
    /// SeaBIOS.
    case bios
    /// OVMF.
    case uefi
  }

  /// The chip set: the i440FX of 1996, the Q35 of 2007, or what is not a whole PC.
  public enum Board: String, Sendable, CaseIterable {
    /// The i440FX.
    case pc
    /// The Q35.
    case q35
    /// A PC from before PCI. Its memory may reach up to 4 GiB without a hole.
    case isapc
    /// QEMU's smallest machine: no PCI, no legacy devices but the timer and a serial port.
    case microvm
  }

  /// A NUMA node.
  public struct Node: Sendable {
    /// How much memory belongs to the node; none for a node without memory.
    public var memory: MemorySize?
    /// The processors that belong to it.
    public var processors: [Int]
    /// The distances to all nodes, by number; empty for QEMU's own (10 and 20).
    public var distances: [UInt8]

    /// A node of some memory and processors.
    public init(memory: MemorySize?, processors: [Int] = [], distances: [UInt8] = []) {
      self.memory = memory
      self.processors = processors
      self.distances = distances
    }
  }

  /// A disk, from a file that holds its bytes as they are.
  public struct Disk: Sendable {
    /// The file.
    public var path: String
    /// Whether the file stays as it is: what the machine writes is gone when it stops.
    public var discardsWrites: Bool

    /// A disk from the file at `path`.
    public init(path: String, discardsWrites: Bool = true) {
      self.path = path
      self.discardsWrites = discardsWrites
    }
  }

  /// A file that the boot loader puts into memory for the kernel.
  public struct Module: Sendable {
    /// The module's bytes.
    public var content: [UInt8]
    /// The text that goes with it: its name, say, or its command line.
    public var argument: String

    /// A module of some bytes.
    public init(_ content: [UInt8], argument: String = "") {
      self.content = content
      self.argument = argument
    }
  }

  /// An ACPI table that the firmware is to have beside its own.
  public struct ACPITable: Sendable {
    /// Its signature, of four characters: `SRAT`.
    public var signature: String
    /// Its revision.
    public var revision: UInt8
    /// What follows its header. QEMU writes that, with the length and the check sum.
    public var body: [UInt8]

    /// A table of that signature.
    public init(_ signature: String, revision: UInt8 = 1, body: [UInt8]) {
      self.signature = signature
      self.revision = revision
      self.body = body
    }
  }

  /// What the machine starts.
  public var start: Start
  /// The kernel's command line. In one from ``Start/iso(_:loading:)`` double quotes group words; GRUB
  /// hands `a="b c"` on as `"a=b c"`, which is how it does so for everyone.
  public var commandLine = ""
  /// The modules that GRUB loads, in order; only for ``Kernel/multiboot2``.
  public var modules: [Module] = []

  /// The firmware.
  public var firmware = Firmware.bios
  /// The chip set.
  public var board = Board.q35
  /// QEMU's name of the processor, with its flags: `max`, `qemu64,-nx`.
  public var processor = "max"
  /// The number of processors.
  public var processorCount = 1
  /// The memory that is there at the start.
  public var memory = MemorySize.gibibytes(1)
  /// The NUMA nodes; none for a machine without an SRAT table. Their memory adds up to
  /// ``memory``.
  public var nodes: [Node] = []
  /// ACPI tables that QEMU would not make by itself.
  public var acpiTables: [ACPITable] = []
  /// The disks, besides the one that it starts from.
  public var disks: [Disk] = []
  /// Whether it has the device by which the kernel ends QEMU with a status. Without it a kernel that
  /// panics stays, to be looked at and reset.
  public var hasExitDevice = true
  /// What carries out its instructions; `nil` for the fastest that works on this host. With another than
  /// ``Accelerator/tcg`` a triple fault looks like any other reset.
  public var accelerator: Accelerator?
  /// More arguments for QEMU. They stand last, so that they win.
  public var arguments: [String] = []
  /// The texts by which a line of the console says that the kernel has panicked: nothing that a
  /// ``Session`` awaits is waited for any longer then.
  public var panicTexts = ["Kernel panic", "kernel panic", "Fatal error: "]

  /// A machine of one processor and 1 GiB of memory, on BIOS.
  public init(start: Start) {
    self.start = start
  }
}
