import SystemPackage

/// A file that is read once from its start to its end, or standard input.
struct InputFile {
  /// How messages call it.
  let name: String

  private let descriptor: FileDescriptor

  /// Opens a file; standard input where the path is missing or `-`.
  init(_ path: String?) throws {
    guard let path, path != "-" else {
      name = "standard input"
      descriptor = .standardInput
      return
    }
    name = path
    do {
      descriptor = try FileDescriptor.open(FilePath(path), .readOnly)
    } catch let error as Errno {
      throw ToolFailure.badInput("\(path): \(error.description)")
    }
  }

  /// Gives `body` what the file holds, piece by piece. Memory: one piece.
  func forEachPiece(_ body: (borrowing Span<UInt8>) throws -> Void) throws {
    defer { if descriptor != .standardInput { try? descriptor.close() } }
    var buffer = [UInt8](repeating: 0, count: 256 << 10)
    while true {
      let count = try readPiece(into: &buffer)
      guard count > 0 else { return }
      try body(buffer.span.extracting(0..<count))
    }
  }

  private func readPiece(into buffer: inout [UInt8]) throws -> Int {
    do {
      // SAFETY: the bytes are the array's own, and are not kept.
      return try unsafe buffer.withUnsafeMutableBytes { unsafe try descriptor.read(into: $0) }
    } catch let error as Errno {
      throw ToolFailure.badInput("\(name): \(error.description)")
    }
  }
}
