import ArgumentParser

struct BuildCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build", abstract: "Build the kernel, and print where its ELF file is.")

  @OptionGroup var os: OSOptions

  @Flag(help: "Make the ISO that boots it too, and print where that is.")
  var iso = false

  func run() async throws {
    let kernel = try await os.build().run()
    print(iso ? try await BootImage.make(of: kernel) : kernel.path)
  }
}
