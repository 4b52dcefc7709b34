import ArgumentParser
import SystemPackage

struct PlotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plot",
    abstract: "Draw the memory of the machine that a boot log is from: SVG, PNG or a page.",
    discussion: """
      A row for the firmware's map, memblock's memory and reserved, and the nodes, with the \
      same addresses below each other. The uses of memory differ by colour and by pattern; what \
      a box is says the browser when the mouse is over it.

      The name's ending says what is written: .svg; .png; or .html, one page for a browser that \
      boots the machine of the log, needs no network, and is built by 'make page'.

      Examples:
        dmesg | memblock plot -o memory.svg
        memblock plot --scale linear -o memory.png boot.log
        memblock plot -o machine.html boot.log
      """)

  enum Scale: String, ExpressibleByArgument, CaseIterable {
    case equal, linear
  }

  @OptionGroup var input: LogInput

  @Option(name: .shortAndLong, help: "The file to write; \"-\" for SVG on standard output.")
  var output: String

  @Option(help: "equal: every range as wide as any other. linear: widths by size.")
  var scale = Scale.equal

  func run() throws {
    try reportingFailures {
      let ending = output == "-" ? "svg" : output.split(separator: ".").last.map(String.init) ?? ""
      guard ["svg", "png", "html"].contains(ending), output == "-" || output.contains(".") else {
        throw ToolFailure.badInput(
          "--output '\(output)': expected a name that ends in .svg, .png or .html")
      }
      if ending == "html" { return try writePage() }
      let files = try input.read()
      let picture = MemoryPicture(files, isLinear: scale == .linear)
      guard !picture.rows.isEmpty else {
        throw ToolFailure.badInput(
          "\(files.names.joined(separator: ", ")): no map, dump or nodes to draw")
      }
      try write(ending == "png" ? picture.png : Array(picture.svg.utf8))
      try files.throwIfIncomplete()
    }
  }

  /// A browser reads all of a page before it shows anything.
  private static let pageLimit = 16 << 20

  /// The page reads the log itself; here it is read to say what is wrong with it. Standard input
  /// can be read only once.
  private func writePage() throws {
    let paths = input.files.isEmpty ? ["-"] : input.files
    var contents: [(name: String, bytes: [UInt8])] = []
    for path in paths {
      let file = try InputFile(path)
      var bytes: [UInt8] = []
      try file.forEachPiece { piece in
        for index in piece.indices { bytes.append(piece[index]) }
        guard bytes.count <= Self.pageLimit else {
          throw ToolFailure.badInput(
            "\(file.name): more than the \(Words.size(UInt64(Self.pageLimit))) of log that a page "
              + "takes; expected a shorter log, or an --output that ends in .svg or .png")
        }
      }
      contents.append((file.name, bytes))
    }
    let files = try LogFiles(contents)
    try write(Array(try PageWithLog(contents).text.utf8))
    try files.throwIfIncomplete()
  }

  private func write(_ bytes: [UInt8]) throws {
    guard output != "-" else { return try StandardOutput.write(bytes) }
    do {
      let file = try FileDescriptor.open(
        FilePath(output), .writeOnly, options: [.create, .truncate],
        permissions: [.ownerReadWrite, .groupRead, .otherRead])
      try file.closeAfter { _ = try file.writeAll(bytes) }
    } catch let error as Errno {
      throw ToolFailure.failure("\(output): \(error.description)")
    }
  }
}
