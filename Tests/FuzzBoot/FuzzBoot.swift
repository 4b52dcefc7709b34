import ArgumentParser
import Foundation
import SerialHarness

/// Starts the kernel again and again as no boot loader would, and keeps each start that ends
/// otherwise than by the kernel's own result.
@main
struct FuzzBoot: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fuzz-boot", abstract: "Start the kernel with boot information that is wrong.")

  @Option(help: "The kernel's ELF file.")
  var kernel: String

  @Option(help: "The folder with the cases to start from.")
  var corpus: String

  @Option(help: "The folder for what is found.")
  var findings: String

  @Option(help: "For how many seconds to begin new starts.")
  var time = 60

  @Option(help: "The first seed; those that follow are the next numbers.")
  var seed: UInt64?

  @Option(help: "How many seeds; no limit but the time without it.")
  var count: UInt64?

  @Option(help: "Start the case in that file only.")
  var only: String?

  func run() async throws {
    let kernel = try KernelELF(Array(try Data(contentsOf: URL(filePath: kernel))))
    let corpus = try Self.cases(in: corpus)
    var queue: [(name: String, start: StartCase)] = []
    if let only {
      queue = [
        (only, StartCase(text: try String(contentsOfFile: only, encoding: .utf8)))
      ]
    } else if seed == nil {
      queue = corpus
    }
    let first = seed ?? UInt64(Date().timeIntervalSince1970) << 20
    let isShort = only != nil || seed != nil && (count ?? .max) < 10
    print("fuzz-boot: seeds from \(first) on")

    let tally = try await Campaign(
      kernel: kernel, corpus: corpus.map(\.start), firstSeed: first,
      seedCount: only == nil ? count ?? .max : 0,
      end: .now + .seconds(time), findings: URL(filePath: findings), printsCases: isShort
    ).run(first: queue)
    print(tally)
    guard tally.findings == 0 else { throw ExitCode.failure }
  }

  /// The cases in a folder, by their files' names.
  static func cases(in folder: String) throws -> [(name: String, start: StartCase)] {
    try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
      .filter { $0.hasSuffix(".case") }
      .map { name in
        let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
        return (String(name.dropLast(5)), StartCase(text: text))
      }
  }
}
