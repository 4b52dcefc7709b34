import ArgumentParser
import SystemPackage

/// What the tool says, written at once: nothing is lost, however the tool ends.
enum StandardOutput {
  static func write(_ bytes: some Sequence<UInt8>) throws {
    do {
      try FileDescriptor.standardOutput.writeAll(bytes)
    } catch Errno.brokenPipe {
      // The reader has seen enough, as `head` does. Nothing is wrong.
      throw ExitCode.success
    } catch let error as Errno {
      throw ToolFailure.failure("standard output: \(error.description)")
    }
  }

  static func write(_ text: String) throws { try write(text.utf8) }
}

/// Messages beside the output.
enum StandardError {
  static func write(_ text: String) {
    // With standard error closed there is nobody left to tell.
    _ = try? FileDescriptor.standardError.writeAll(text.utf8)
  }
}
