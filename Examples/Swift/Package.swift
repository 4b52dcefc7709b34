// swift-tools-version: 6.3
import PackageDescription

// A package of its own, as an OS outside of this repository would be.
let package = Package(
  name: "first-steps",
  dependencies: [.package(name: "swift-memblock", path: "../..")],
  targets: [
    .executableTarget(
      name: "FirstSteps",
      dependencies: [
        .product(name: "Addressing", package: "swift-memblock"),
        .product(name: "Memblock", package: "swift-memblock"),
      ],
      swiftSettings: [.strictMemorySafety()])
  ]
)
