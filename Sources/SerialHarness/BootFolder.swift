import Synchronization
import SystemPackage

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The folder of one boot: the files that QEMU is given, and its log of resets.
///
/// It is removed with the last reference to it, unless somebody was told its name: the command
/// that a failed test shows needs the files.
final class BootFolder: Sendable {
  let path: FilePath
  private let isKept = Atomic(false)

  init() throws(HarnessError) {
    path = TemporaryFolder.path.appending("boot-\(TemporaryFolder.uniqueName())")
    do {
      try FileManager.default.createDirectory(
        atPath: path.string, withIntermediateDirectories: false)
    } catch {
      throw .file(path: path.string, reason: "\(error)")
    }
  }

  deinit {
    guard !isKept.load(ordering: .relaxed) else { return }
    try? FileManager.default.removeItem(atPath: path.string)
  }

  /// Leaves the folder where it is. A later process removes it when it is a day old.
  func keep() {
    isKept.store(true, ordering: .relaxed)
  }

  /// The path of a file in the folder.
  func path(of name: String) -> String { path.appending(name).string }

  /// Writes a file, and returns its path.
  @discardableResult
  func write(_ name: String, _ content: [UInt8]) throws(HarnessError) -> String {
    let path = path(of: name)
    do {
      try Data(content).write(to: URL(filePath: path))
    } catch {
      throw .file(path: path, reason: "\(error)")
    }
    return path
  }

  /// The text of a file; empty where there is none.
  func text(of name: String) -> String {
    guard let data = try? Data(contentsOf: URL(filePath: path(of: name))) else { return "" }
    return String(decoding: data, as: UTF8.self)
  }
}
