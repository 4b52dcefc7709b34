#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

extension Session {
  /// Reads the machine's physical memory, by QMP's `pmemsave`.
  ///
  /// - Parameters:
  ///   - address: The physical address of the first byte.
  ///   - count: How many bytes.
  public func physicalMemory(at address: UInt64, count: Int) async throws -> [UInt8] {
    let path = TemporaryFolder.path.appending("memory-\(TemporaryFolder.uniqueName())")
    defer { TemporaryFolder.remove(path) }
    try await qmp(
      "pmemsave",
      [
        "val": .integer(Int64(address)), "size": .integer(Int64(count)),
        "filename": .string(path.string),
      ])
    return Array(try Data(contentsOf: URL(filePath: path.string)))
  }
}
