import ArgumentParser
import Foundation
import SerialHarness

struct TestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "test", abstract: "Boot the kernel on BIOS and on UEFI; both must succeed.",
    discussion: """
      A boot succeeds when the program that `boot` runs returns, or ends the machine with \
      success, before the time limit, and the console has shown each text of --expect in that \
      order.
      """)

  @OptionGroup var os: OSOptions
  @OptionGroup var options: MachineOptions

  @Option(help: "A text that the console must show; several must come in this order.")
  var expect: [String] = []

  @Option(help: ArgumentHelp("Write the results there, as JUnit's XML.", valueName: "file"))
  var junit: String?

  func run() async throws {
    let iso = try await BootImage.make(of: try await os.build().run())
    var report = JUnitReport(suite: "os test")
    var failures = 0
    for firmware in Machine.Firmware.allCases {
      let machine = options.machine(starting: iso, firmware: firmware)
      let outcome = try await options.run(machine)
      if let problem = problem(of: outcome) {
        print("\(firmware.rawValue): FAILED: \(problem)\nto repeat: \(outcome.command)")
        report.add(firmware.rawValue, outcome, failure: problem)
        failures += 1
      } else {
        print("\(firmware.rawValue): passed")
        report.add(firmware.rawValue, outcome)
      }
    }
    if let junit { try Data(report.xml.utf8).write(to: URL(filePath: junit)) }
    let count = Machine.Firmware.allCases.count
    print("\(count - failures) passed, \(failures) failed")
    guard failures == 0 else { throw ExitCode.failure }
  }

  private func problem(of outcome: Outcome) -> String? {
    guard outcome.exit == .success else { return outcome.exit.description }
    var lines = outcome.lines[...]
    for text in expect {
      guard let index = lines.firstIndex(where: { $0.contains(text) }) else {
        return "the console did not show \(text.debugDescription) where it was expected"
      }
      lines = lines[(index + 1)...]
    }
    return nil
  }
}
