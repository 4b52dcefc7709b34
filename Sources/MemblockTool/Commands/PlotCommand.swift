import ArgumentParser
import SystemPackage

struct PlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Draw the memory of the machine that a boot log is from, as SVG.",
    discussion: """
      A row for the firmware's map, memblock's memory and reserved, and the nodes, with the \
      same addresses below each other. The uses of memory differ by colour and by pattern; what \
      a box is says the browser when the mouse is over it.

      Examples:
        dmesg | memblock plot -o memory.svg
        memblock plot --scale linear -o memory.svg boot.log
      """)

  enum Scale: String, ExpressibleByArgument, CaseIterable {
    case equal, linear
  }

  @OptionGroup var input: LogInput

  @Option(name: .shortAndLong, help: "The file to write; \"-\" for standard output.")
  var output: String

  @Option(help: "equal: every range as wide as any other. linear: widths by size.")
  var scale = Scale.equal

  func run() throws {
    try reportingFailures {
      guard output == "-" || output.hasSuffix(".svg") else {
        throw ToolFailure.badInput("--output '\(output)': expected a name that ends in .svg")
      }
      let files = try input.read()
      let picture = MemoryPicture(files, isLinear: scale == .linear)
      guard !picture.rows.isEmpty else {
        throw ToolFailure.badInput(
          "\(files.names.joined(separator: ", ")): no map, dump or nodes to draw")
      }
      try write(picture.svg)
      try files.throwIfIncomplete()
    }
  }

  private func write(_ svg: String) throws {
    guard output != "-" else { return try StandardOutput.write(svg) }
    do {
      let file = try FileDescriptor.open(
        FilePath(output), .writeOnly, options: [.create, .truncate],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
      try file.closeAfter { _ = try file.writeAll(svg.utf8) }
    } catch let error as Errno {
      throw ToolFailure.failure("\(output): \(error.description)")
    }
  }
}
