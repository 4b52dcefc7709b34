import Foundation
import Subprocess

/// The build of an operating system for the bare machine.
struct KernelBuild {
  static let triple = "x86_64-unknown-none-elf"

  /// The folder of this package: the linker script and GRUB's configuration come from it.
  ///
  /// The program is always built from source, and its source stays where it was compiled.
  static let kernelPackage = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The package that is built.
  let package: URL

  /// The executable product that is the operating system.
  let product: String

  /// Everything that is built, apart from what `swift build` makes for the host: two builds at
  /// the same time in one folder would wait for each other.
  var folder: URL { package.appending(path: ".build-kernel") }

  /// The ELF file as it was linked, with debug information for gdb.
  var symbols: URL { folder.appending(path: "\(Self.triple)/release/\(product)") }

  /// Tells the manifest of this package that it is the kernel that is built.
  static let environment = Environment.inherit.updating(["MEMBLOCK_KERNEL": "1"])

  /// Builds `product`, or the package's only executable product where none is named.
  init(package: URL, product: String?) async throws {
    self.package = package
    if let product {
      self.product = product
    } else {
      self.product = try await Self.onlyExecutable(of: package)
    }
  }

  /// Builds the product.
  ///
  /// - Returns: The ELF file with the symbols that the kernel's reports show, and without debug
  ///   information.
  func run() async throws -> URL {
    let toolchain = try await Toolchain()
    try await HostProgram.report("swift", arguments(toolchain), environment: Self.environment)
    let whole = symbols
    let stripped = folder.appending(path: "\(product).elf")
    if !stripped.isNewer(than: whole) {
      let finish = Self.kernelPackage.appending(path: "Scripts/finish-kernel.sh")
      try await HostProgram.report(finish.path, [whole.path, stripped.path])
    }
    return stripped
  }

  /// The arguments of `swift build`. They are the same whether there is a terminal or not:
  /// different ones would build everything again.
  private func arguments(_ toolchain: Toolchain) -> [String] {
    let kernelPackage = Self.kernelPackage
    return [
      "build", "--package-path", package.path, "--scratch-path", folder.path,
      "--configuration", "release", "--triple", Self.triple, "--no-color-diagnostics",
      "--toolset", kernelPackage.appending(path: "Scripts/kernel-toolset.json").path,
      "-Xlinker", "-T", "-Xlinker", kernelPackage.appending(path: "Linker/kernel.ld").path,
      "-Xlinker", toolchain.unicodeTables, "--product", product,
    ]
  }

  /// The name of the executable product where the package has just one.
  private static func onlyExecutable(of package: URL) async throws -> String {
    struct Description: Decodable {
      struct Product: Decodable {
        let name: String
        let type: [String: [String]?]
      }
      let products: [Product]
    }
    let text = try await HostProgram.output(
      of: "swift",
      [
        "package", "--package-path", package.path, "--scratch-path",
        package.appending(path: ".build-kernel").path, "describe", "--type", "json",
      ], environment: environment)
    let description = try JSONDecoder().decode(Description.self, from: Data(text.utf8))
    let names = description.products.filter { $0.type.keys.contains("executable") }.map(\.name)
    guard let name = names.first else {
      throw OSError("\(package.path)/Package.swift has no executable product to boot")
    }
    guard names.count == 1 else {
      throw OSError(
        "\(package.path)/Package.swift has \(names.count) executable products: "
          + "say --product with one of \(names.joined(separator: ", "))")
    }
    return name
  }
}

extension URL {
  /// Whether the file is there and was changed after another one.
  func isNewer(than other: URL) -> Bool {
    guard let date = changeDate, let otherDate = other.changeDate else { return false }
    return date > otherDate
  }

  private var changeDate: Date? {
    (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
  }
}
