import Foundation

/// The Swift toolchain that builds the kernel.
struct Toolchain {
  /// The library with the tables by which strings are compared and hashed.
  let unicodeTables: String

  /// Asks the compiler where it is installed: the program on the path may be a link or a proxy.
  init() async throws {
    let text = try await HostProgram.output(of: "swiftc", ["-print-target-info"])
    struct Information: Decodable {
      struct Paths: Decodable { let runtimeResourcePath: String }
      let paths: Paths
    }
    let information = try JSONDecoder().decode(Information.self, from: Data(text.utf8))
    let resources = information.paths.runtimeResourcePath
    unicodeTables = "\(resources)/embedded/\(KernelBuild.triple)/libswiftUnicodeDataTables.a"
    guard FileManager.default.fileExists(atPath: unicodeTables) else {
      throw OSError(
        "\(unicodeTables) is missing: this toolchain can't build for \(KernelBuild.triple)")
    }
  }
}
