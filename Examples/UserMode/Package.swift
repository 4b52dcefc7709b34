// swift-tools-version: 6.3
import PackageDescription

let package = Package(
  name: "UserMode",
  dependencies: [.package(name: "swift-memblock", path: "../..", traits: ["HostTools"])],
  targets: [
    // The programs that run in ring 3, in assembly.
    .target(name: "Programs"),
    .executableTarget(
      name: "UserMode",
      dependencies: ["Programs", .product(name: "Kernel", package: "swift-memblock")]),
  ]
)
