import SystemPackage

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The folder `serial-harness` in the host's temporary folder.
enum TemporaryFolder {
  static let path: FilePath = {
    // SAFETY: both strings are copied, or borrowed for the call, before anything changes them.
    let base = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    let path = FilePath(base).appending("serial-harness-\(getuid())")
    // It may be there; where it can't be made, the first file in it says so.
    _ = unsafe mkdir(path.string, 0o700)
    removeOldEntries(of: path.string)
    return path
  }()

  /// Removes what failed boots, and processes that were killed, left more than a day ago.
  private static func removeOldEntries(of folder: String) {
    let dayAgo = Date(timeIntervalSinceNow: -86_400)
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
      let entry = "\(folder)/\(name)"
      let attributes = try? FileManager.default.attributesOfItem(atPath: entry)
      guard let date = attributes?[.modificationDate] as? Date, date < dayAgo else { continue }
      try? FileManager.default.removeItem(atPath: entry)
    }
  }

  /// A name that no other file in the folder has.
  static func uniqueName() -> String {
    "\(getpid())-\(String(UInt64.random(in: .min ... .max), radix: 16))"
  }

  /// Makes a named pipe.
  static func makePipe(_ path: FilePath) throws(HarnessError) {
    // SAFETY: the string is borrowed for the call, which copies what it needs.
    guard unsafe mkfifo(path.string, 0o600) == 0 else {
      throw .file(path: path.string, reason: "no named pipe: \(Errno(rawValue: errno))")
    }
  }

  static func remove(_ path: FilePath) {
    // SAFETY: as above.
    _ = unsafe unlink(path.string)
  }
}
