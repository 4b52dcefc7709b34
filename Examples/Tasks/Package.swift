// swift-tools-version: 6.3
import PackageDescription

let package = Package(
  name: "Tasks",
  dependencies: [.package(name: "swift-memblock", path: "../..", traits: ["HostTools"])],
  targets: [
    .executableTarget(
      name: "Tasks", dependencies: [.product(name: "Kernel", package: "swift-memblock")])
  ]
)
