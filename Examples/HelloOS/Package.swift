// swift-tools-version: 6.3
import PackageDescription

let package = Package(
  name: "HelloOS",
  dependencies: [.package(name: "swift-memblock", path: "../..", traits: ["HostTools"])],
  targets: [
    .executableTarget(
      name: "HelloOS", dependencies: [.product(name: "Kernel", package: "swift-memblock")],
      swiftSettings: [.unsafeFlags(["-Osize"])])
  ]
)
