import SystemPackage

extension MachineFiles {
  /// Where distributions put OVMF: Debian, Fedora, Arch, openSUSE, Homebrew.
  static let firmwareImages = [
    "/usr/share/ovmf/OVMF.fd",
    "/usr/share/edk2/ovmf/OVMF_CODE.fd",
    "/usr/share/edk2/x64/OVMF.4m.fd",
    "/usr/share/qemu/ovmf-x86_64.bin",
    "/opt/homebrew/share/qemu/edk2-x86_64-code.fd",
  ]

  /// A firmware for virtual machines: it starts a kernel in a tenth of SeaBIOS's time, and nothing
  /// else. QEMU comes with it.
  static let pvhFirmwareImages = [
    "/usr/share/qemu/qboot.rom", "/opt/homebrew/share/qemu/qboot.rom",
  ]

  /// Finds the firmware's image, and makes the files of the machine's own.
  ///
  /// - Parameter store: Keeps a file of some name and content, and returns its path.
  init(
    for machine: Machine,
    store: (_ name: String, _ content: [UInt8]) throws(HarnessError) -> String
  ) throws(HarnessError) {
    if case .direct(let start) = machine.start {
      firmwareImage = try store("loader.rom", LoaderROM(start).bytes)
    } else if case .pvh = machine.start {
      guard machine.firmware == .bios else { throw .pvhWithUEFI }
      firmwareImage = Self.pvhFirmwareImages.first(where: Self.exists)
    } else if machine.firmware == .uefi {
      firmwareImage = Self.firmwareImages.first(where: Self.exists)
      guard firmwareImage != nil else { throw .noFirmware(searched: Self.firmwareImages) }
    }
    for (index, table) in machine.acpiTables.enumerated() {
      tables.append(try store("table-\(index)", table.body))
    }
    switch machine.start {
    case .iso(_, let kernel):
      options = try store("options.tar", Self.options(for: machine, loading: kernel))
    case .usbStick:
      options = try store("options.tar", Self.options(for: machine, loading: .multiboot2))
    case .disks, .direct, .pvh:
      guard machine.modules.isEmpty else { throw .modulesWithoutMultiboot2 }
    }
  }

  /// The disk that tells GRUB what to load, and with what.
  private static func options(
    for machine: Machine, loading kernel: Machine.Kernel
  ) throws(HarnessError) -> [UInt8] {
    let options = try GRUBOptions(
      loading: kernel, commandLine: machine.commandLine,
      moduleArguments: machine.modules.map(\.argument))
    var archive = TapeArchive()
    archive.append(path: "boot.cfg", Array(options.script.utf8))
    for (index, module) in machine.modules.enumerated() {
      archive.append(path: GRUBOptions.modulePath(index), module.content)
    }
    return archive.bytes
  }

  private static func exists(_ path: String) -> Bool {
    guard let file = try? FileDescriptor.open(FilePath(path), .readOnly) else { return false }
    try? file.close()
    return true
  }
}

extension Machine {
  /// A text that is the same for two machines only if QEMU's arguments and the contents of the
  /// files that it is given are: a key for results that are kept.
  public func fingerprint() throws(HarnessError) -> String {
    let files = try MachineFiles(for: self) { name, content throws(HarnessError) in
      // FNV-1a: names need to differ, not to withstand anyone.
      let hash = content.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { hash, byte in
        (hash ^ UInt64(byte)) &* 0x100_0000_01b3
      }
      return "\(name)-\(String(hash, radix: 16))"
    }
    return shellCommand(try arguments(with: files))
  }
}
