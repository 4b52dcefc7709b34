import ArgumentParser
import Replay

struct ShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show",
    abstract: "Show the memory of the machine that a boot log is from.",
    discussion: """
      Reads dmesg, serial logs, the journal, /proc/iomem, lsmem, GRUB's lsmmap, dumps by \
      Multiboot kernels, Limine and Xen, and finds out itself what is what. Several files \
      describe one machine together.

      Examples:
        dmesg | memblock show
        memblock show boot.log /proc/iomem
        memblock show --json boot.log | jq '.memory.regions'
      """)

  @OptionGroup var input: LogInput

  @Flag(help: "Write JSON: the form memblock.machine/1, described in JSON.md.")
  var json = false

  func run() throws {
    try reportingFailures {
      let files = try input.read()
      if json {
        var json = JSONText()
        files.log.write(to: &json, files: files.names)
        try StandardOutput.write(json.bytes + [UInt8(ascii: "\n")])
      } else {
        try StandardOutput.write(MachineText(files, style: .standardOutput).text)
      }
      try files.throwIfIncomplete()
    }
  }
}
