/// The files of the host that a machine's command line names.
struct MachineFiles: Sendable {
  /// The disk with GRUB's options, for a machine that starts from an ISO.
  var options: String?
  /// The OVMF image, for UEFI.
  var firmwareImage: String?
  /// The ACPI tables' bodies, in their order.
  var tables: [String] = []
}

extension Machine {
  /// QEMU's arguments, but for the serial line and the control channel.
  func arguments(with files: MachineFiles) throws(HarnessError) -> [String] {
    try self.memoryArguments()
      + acceleratorArguments + ["-cpu", processorArgument, "-smp", "\(processorCount)"]
      + tableArguments(files.tables)
      + (files.firmwareImage.map { ["-bios", $0] } ?? [])
      + startArguments(options: files.options)
      + disks.flatMap { Self.drive($0.path, "if=ide", discardsWrites: $0.discardsWrites) }
      + (hasExitDevice ? ["-device", Self.exitDevice] : [])
      + ["-no-reboot", "-nic", "none", "-display", "none"]
      + arguments
  }

  /// What ends QEMU with a status, in its words.
  static let exitDevice = "isa-debug-exit,iobase=0xf4,iosize=4"

  /// Of several accelerators QEMU takes the first that works, and not the last as elsewhere: one among
  /// the machine's own arguments is the only one.
  private var acceleratorArguments: [String] {
    choosesAccelerator ? [] : ["-accel", (accelerator ?? .tcg).rawValue]
  }

  /// Whether the machine's own arguments say what carries out its instructions.
  private var choosesAccelerator: Bool {
    arguments.contains {
      $0 == "-accel" || $0 == "--accel" || $0.hasSuffix("-enable-kvm") || $0.contains("accel=")
    }
  }

  /// The machine with an accelerator: the fastest where none was given, but only the translator counts
  /// instructions (`-icount`).
  func withAccelerator() async -> Machine {
    var machine = self
    if accelerator == nil, !choosesAccelerator {
      machine.accelerator = arguments.contains("-icount") ? .tcg : await .fastest
    }
    return machine
  }

  private func memoryArguments() throws(HarnessError) -> [String] {
    guard !nodes.isEmpty else {
      // Memory that is taken only as it is touched: a machine may be larger than the host.
      return ["-machine", "\(board),memory-backend=ram", "-m", "\(memory)"]
        + Self.memoryObject("ram", memory)
    }
    let sum = nodes.reduce(0) { $0 + ($1.memory?.bytes ?? 0) }
    guard sum == memory.bytes else {
      throw .nodeMemory(nodes: MemorySize(bytes: sum), machine: memory)
    }
    var result = ["-machine", "\(board)", "-m", "\(memory)"]
    for (number, node) in nodes.enumerated() {
      var description = "node,nodeid=\(number)"
      if let memory = node.memory {
        result += Self.memoryObject("node\(number)", memory)
        description += ",memdev=node\(number)"
      }
      for processor in node.processors { description += ",cpus=\(processor)" }
      result += ["-numa", description]
    }
    for (source, node) in nodes.enumerated() {
      for (destination, distance) in node.distances.enumerated() {
        result += ["-numa", "dist,src=\(source),dst=\(destination),val=\(distance)"]
      }
    }
    return result
  }

  /// QEMU's processors reach 40 bits of physical addresses unless told otherwise.
  private var processorArgument: String {
    memory <= .gibibytes(512) || processor.contains("phys-bits")
      ? processor : processor + ",phys-bits=52"
  }

  private func tableArguments(_ files: [String]) -> [String] {
    zip(acpiTables, files).flatMap { table, file in
      ["-acpitable", "sig=\(table.signature),rev=\(table.revision),data=\(file)"]
    }
  }

  private func startArguments(options: String?) -> [String] {
    switch start {
    case .iso(let path, _):
      ["-cdrom", path, "-boot", "d"]
        + (options.map { Self.drive($0, "if=virtio", discardsWrites: true) } ?? [])
    case .usbStick(let path):
      ["-device", "qemu-xhci", "-device", "usb-storage,drive=stick,bootindex=0"]
        + Self.drive(path, "if=none,id=stick", discardsWrites: true)
        + (options.map { Self.drive($0, "if=virtio", discardsWrites: true) } ?? [])
    case .pvh(let path):
      ["-kernel", path, "-append", commandLine, "-nodefaults"]
    case .disks:
      []
    case .direct:
      ["-nodefaults"]
    }
  }

  private static func memoryObject(_ name: String, _ size: MemorySize) -> [String] {
    #if os(Linux)
      let reservation = ",reserve=off"
    #else
      let reservation = ""
    #endif
    return ["-object", "memory-backend-ram,id=\(name),size=\(size)\(reservation)"]
  }

  /// A comma ends an option's value for QEMU, and two stand for one.
  private static func drive(_ path: String, _ bus: String, discardsWrites: Bool) -> [String] {
    let file = path.split(separator: ",", omittingEmptySubsequences: false).joined(separator: ",,")
    return ["-drive", "file=\(file),format=raw,\(bus),snapshot=\(discardsWrites ? "on" : "off")"]
  }
}

/// A command line that a shell takes apart into the same words.
func shellCommand(_ words: [String]) -> String {
  words.map { word in
    let isPlain = word.utf8.allSatisfy { byte in
      switch UInt8(byte) {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
      default:
        "-_=,./:+@%".utf8.contains(byte)
      }
    }
    guard !isPlain || word.isEmpty else { return word }
    let parts = word.split(separator: "'", omittingEmptySubsequences: false)
    return "'" + parts.joined(separator: #"'\''"#) + "'"
  }.joined(separator: " ")
}
