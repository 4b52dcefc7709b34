import Foundation
import SerialHarness

/// Prints QEMU's command that starts a kernel with a recorded machine's memory, for Scripts/run.sh:
/// each word on a line.
@main
enum RecordedMachines {
  static func main() {
    let words = CommandLine.arguments
    guard words.count >= 5 else {
      fail("usage: \(words[0]) KERNEL.elf LOG COMMAND-LINE SERIAL [ARGUMENTS OF QEMU]")
    }
    do {
      let kernel = try KernelELF(Array(try Data(contentsOf: URL(filePath: words[1]))))
      let log = try String(contentsOfFile: words[2], encoding: .utf8)
      var machine = try RecordedMachine(lines: log.split(separator: "\n").map(String.init))
        .machine(starting: kernel, commandLine: words[3])
      machine.arguments += words[5...]
      print(try machine.command(serial: words[4]).joined(separator: "\n"))
    } catch {
      fail("\(words[2]): \(error)")
    }
  }

  private static func fail(_ reason: String) -> Never {
    FileHandle.standardError.write(Data("\(reason)\n".utf8))
    exit(1)
  }
}
