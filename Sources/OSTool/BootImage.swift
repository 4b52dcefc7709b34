import Foundation

/// An ISO that starts a kernel by GRUB, on BIOS and on UEFI.
enum BootImage {
  /// Makes the ISO of a kernel's ELF file, beside that file, unless it is there already.
  ///
  /// - Returns: The path of the ISO.
  static func make(of kernel: URL) async throws -> String {
    let configuration = KernelBuild.kernelPackage.appending(path: "Scripts/grub.cfg")
    let image = kernel.deletingPathExtension().appendingPathExtension("iso")
    if image.isNewer(than: kernel), image.isNewer(than: configuration) { return image.path }

    let file = try HostProgram.find("grub-file", "grub2-file", "i686-elf-grub-file")
    guard try await HostProgram.run(file, ["--is-x86-multiboot2", kernel.path]) == 0 else {
      throw OSError("\(kernel.path) has no Multiboot2 header in its first 32 KiB")
    }
    let tree = kernel.deletingPathExtension().appendingPathExtension("tree")
    let boot = tree.appending(path: "boot")
    try? FileManager.default.removeItem(at: tree)
    try FileManager.default.createDirectory(
      at: boot.appending(path: "grub"), withIntermediateDirectories: true)
    try FileManager.default.copyItem(at: kernel, to: boot.appending(path: "kernel"))
    try FileManager.default.copyItem(at: configuration, to: boot.appending(path: "grub/grub.cfg"))

    // Under another name until it is whole: an interrupted run leaves no half ISO.
    let draft = image.appendingPathExtension("new")
    _ = try await HostProgram.output(
      of: try HostProgram.find("grub-mkrescue", "grub2-mkrescue", "i686-elf-grub-mkrescue"),
      ["--fonts=", "--locales=", "--themes=", "-o", draft.path, tree.path])
    try? FileManager.default.removeItem(at: image)
    try FileManager.default.moveItem(at: draft, to: image)
    return image.path
  }
}
