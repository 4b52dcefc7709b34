import Foundation
import Testing

/// The files that tests read: logs that Linux wrote, and firmware's tables.
enum TestData {
  /// The bytes of a file in `Data/`.
  static func bytes(_ path: String) throws -> [UInt8] {
    let root = try #require(Bundle.module.resourceURL)
    return Array(try Data(contentsOf: root.appendingPathComponent("Data/\(path)")))
  }

  /// The lines of a file in `Data/`.
  static func lines(_ path: String) throws -> [String] {
    String(decoding: try bytes(path), as: UTF8.self)
      .split(separator: "\n", omittingEmptySubsequences: true).map(String.init)
  }

  /// The names of the files in a folder of `Data/` with that ending, without it.
  static func names(in folder: String, ending: String) throws -> [String] {
    let root = try #require(Bundle.module.resourceURL)
    let files = try FileManager.default.contentsOfDirectory(
      atPath: root.appendingPathComponent("Data/\(folder)").path)
    return files.filter { $0.hasSuffix(ending) }.map { String($0.dropLast(ending.count)) }.sorted()
  }
}
