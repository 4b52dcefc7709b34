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

  /// Writes what the machine needs into the temporary folder, and finds the rest.
  ///
  /// A file is named after its content and is left there, so that the command which a failed
  /// test shows still works.
  init(for machine: Machine) throws(HarnessError) {
    if machine.firmware == .uefi {
      firmwareImage = Self.firmwareImages.first(where: Self.exists)
      guard firmwareImage != nil else { throw .noFirmware(searched: Self.firmwareImages) }
    }
    for table in machine.acpiTables {
      tables.append(try Self.store(table.body, as: "table"))
    }
    switch machine.start {
    case .iso(_, let kernel):
      let options = try GRUBOptions(
        loading: kernel, commandLine: machine.commandLine,
        moduleArguments: machine.modules.map(\.argument))
      var archive = TapeArchive()
      archive.append(path: "boot.cfg", Array(options.script.utf8))
      for (index, module) in machine.modules.enumerated() {
        archive.append(path: GRUBOptions.modulePath(index), module.content)
      }
      self.options = try Self.store(archive.bytes, as: "options")
    case .disks:
      guard machine.modules.isEmpty else { throw .modulesWithoutMultiboot2 }
    }
  }

  private static func exists(_ path: String) -> Bool {
    guard let file = try? FileDescriptor.open(FilePath(path), .readOnly) else { return false }
    try? file.close()
    return true
  }

  private static func store(_ bytes: [UInt8], as kind: String) throws(HarnessError) -> String {
    // FNV-1a: names need to differ, not to withstand anyone.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    let path = TemporaryFolder.path.appending("\(kind)-\(String(hash, radix: 16))")
    guard !exists(path.string) else { return path.string }
    // Whole or not at all, for a boot that runs beside this one.
    let draft = TemporaryFolder.path.appending("draft-\(TemporaryFolder.uniqueName())")
    do {
      let file = try FileDescriptor.open(
        draft, .writeOnly, options: [.create, .exclusiveCreate], permissions: [.ownerReadWrite])
      try file.closeAfter { _ = try file.writeAll(bytes) }
    } catch {
      throw .file(path: draft.string, reason: "\(error)")
    }
    try TemporaryFolder.rename(draft, path)
    return path.string
  }
}
