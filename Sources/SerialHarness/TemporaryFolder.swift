import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// `rename` of the C library, under a name that a member function can use.
private func renameFile(_ source: String, _ destination: String) -> CInt {
  // SAFETY: the strings are borrowed for the call.
  unsafe rename(source, destination)
}

/// The folder `serial-harness` in the host's temporary folder.
enum TemporaryFolder {
  static let path: FilePath = {
    // SAFETY: both strings are copied, or borrowed for the call, before anything changes them.
    let base = unsafe getenv("TMPDIR").map { unsafe String(cString: $0) } ?? "/tmp"
    let path = FilePath(base).appending("serial-harness-\(getuid())")
    // It may be there; where it can't be made, the first file in it says so.
    _ = unsafe mkdir(path.string, 0o700)
    return path
  }()

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

  static func rename(_ source: FilePath, _ destination: FilePath) throws(HarnessError) {
    guard renameFile(source.string, destination.string) == 0 else {
      throw .file(path: destination.string, reason: "not renamed: \(Errno(rawValue: errno))")
    }
  }

  static func remove(_ path: FilePath) {
    // SAFETY: as above.
    _ = unsafe unlink(path.string)
  }
}
