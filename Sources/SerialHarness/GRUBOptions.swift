/// The file `boot.cfg` that hands a kernel's command line and modules to GRUB.
///
/// It is a piece of GRUB script. The ISO's own `grub.cfg` sets `$kernel` to the kernel's path
/// and `$options` to the disk that the file is on.
struct GRUBOptions {
  /// The text of `boot.cfg`.
  let script: String

  init(
    loading kernel: Machine.Kernel = .multiboot2, commandLine: String, moduleArguments: [String]
  ) throws(HarnessError) {
    switch kernel {
    case .multiboot2:
      var script = try Self.command("multiboot2 $kernel", commandLine)
      for (index, argument) in moduleArguments.enumerated() {
        script += try Self.command("module2 $options/\(Self.modulePath(index))", argument)
      }
      self.script = script
    case .linux(let path, let initialRAMDisk):
      guard moduleArguments.isEmpty else { throw .modulesWithoutMultiboot2 }
      script = try Self.command("linux \(path)", commandLine) + "initrd \(initialRAMDisk)\n"
    }
  }

  /// Where a module is on the options' disk.
  static func modulePath(_ index: Int) -> String { "modules/\(index)" }

  private static func command(
    _ start: String, _ text: String
  ) throws(HarnessError) -> String {
    guard !text.contains(where: \.isNewline) else { throw .lineBreak(in: text) }
    let quoted = words(of: text).map { word in
      "'" + word.split(separator: "'", omittingEmptySubsequences: false).joined(separator: #"'\''"#)
        + "'"
    }
    return ([start] + quoted).joined(separator: " ") + "\n"
  }

  /// Splits at spaces outside double quotes, and takes the quotes away: GRUB puts its own
  /// around a word with a space in it.
  private static func words(of text: String) -> [String] {
    var words: [String] = []
    var word: String?
    var isQuoted = false
    for character in text {
      if character == "\"" {
        isQuoted.toggle()
        word = word ?? ""
      } else if character == " " && !isQuoted {
        if let word { words.append(word) }
        word = nil
      } else {
        word = (word ?? "") + String(character)
      }
    }
    if let word { words.append(word) }
    return words
  }
}
