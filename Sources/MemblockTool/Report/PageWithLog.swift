import Foundation

/// The page for browsers that `make page` builds, with a log in it.
struct PageWithLog {
  let text: String

  /// Puts files into the page.
  ///
  /// - Parameter files: Names and contents.
  init(_ files: [(name: String, bytes: [UInt8])]) throws {
    let page = try Self.page()
    let slot = "<script type=\"text/plain\" id=\"given-log\">"
    guard let place = page.range(of: slot) else {
      throw ToolFailure.failure("the page that was found has no place for a log")
    }
    let logs = files.map {
      ["name": $0.name, "text": String(decoding: $0.bytes, as: UTF8.self)]
    }
    let json = try JSONEncoder().encode(logs)
    text = page.replacingCharacters(in: place, with: slot + json.base64EncodedString())
  }

  /// The page: where MEMBLOCK_PAGE says, where it is installed, or where it was built.
  private static func page() throws -> String {
    let program = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath()
    let installed = (Bundle.main.executableURL ?? program).deletingLastPathComponent()
      .appending(path: "../share/memblock/memblock.html").standardizedFileURL.path
    let given = ProcessInfo.processInfo.environment["MEMBLOCK_PAGE"]
    let places = given.map { [$0] } ?? [installed, ".build-page/memblock.html"]
    for place in places {
      if let data = FileManager.default.contents(atPath: place) {
        return String(decoding: data, as: UTF8.self)
      }
    }
    throw ToolFailure.failure(
      "the page for browsers is not at \(places.joined(separator: " nor at ")): 'make page' builds "
        + "it, and MEMBLOCK_PAGE says where it is")
  }
}
