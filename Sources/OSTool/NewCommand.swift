import ArgumentParser
import Foundation

struct NewCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "new", abstract: "Make the package of a new operating system.",
    discussion: """
      The folder must not be there yet, or be empty. Its last part is the package's name.
      """)

  @Argument(help: "The folder: ../MyOS")
  var folder: String

  func run() async throws {
    let package = URL(filePath: folder).standardizedFileURL
    let name = package.lastPathComponent
    guard name.wholeMatch(of: /[A-Za-z][A-Za-z0-9]*/) != nil else {
      throw OSError("'\(name)' can't be a module's name: letters and digits, a letter first")
    }
    guard !["Kernel", "Addressing", "Memblock", "Firmware", "Boot"].contains(name) else {
      throw OSError("'\(name)' is the name of a module that the package would depend on")
    }
    let files = FileManager.default
    if let content = try? files.contentsOfDirectory(atPath: package.path), !content.isEmpty {
      throw OSError("\(package.path) is there already, and not empty")
    }
    let sources = package.appending(path: "Sources/\(name)")
    try files.createDirectory(at: sources, withIntermediateDirectories: true)
    for (path, text) in [
      ("Package.swift", Self.manifest(name)), (".gitignore", ".build*\n"),
      ("Sources/\(name)/main.swift", Self.program(name)),
    ] {
      try Data(text.utf8).write(to: package.appending(path: path))
    }
    print("made \(package.path); in it: swift run os boot")
  }

  private static func manifest(_ name: String) -> String {
    """
    // swift-tools-version: 6.3
    import PackageDescription

    let package = Package(
      name: "\(name)",
      dependencies: [
        .package(
          name: "swift-memblock", path: "\(KernelBuild.kernelPackage.path)", traits: ["HostTools"])
      ],
      targets: [
        .executableTarget(
          name: "\(name)",
          dependencies: [.product(name: "Kernel", package: "swift-memblock")],
          swiftSettings: [.unsafeFlags(["-Osize"])])
      ]
    )

    """
  }

  private static func program(_ name: String) -> String {
    """
    import Kernel

    // The machine is up: memory, page allocator and heap. Write your operating system here.
    boot { machine in
      print("\(name) says hello")
      // At a terminal the machine stays up, and takes commands: `help` lists them.
      machine.runMonitorIfAsked()
    }

    """
  }
}
