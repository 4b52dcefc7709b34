// swift-tools-version: 6.3
import PackageDescription

// One package, two builds. The host build (the default) has the libraries, the
// command-line tool and the tests. The kernel build, asked for by MEMBLOCK_KERNEL=1,
// adds what only the bare machine can run: the assembly, the hardware headers and the
// kernel itself. `make` sets the variable, the triple and the toolset.
let isKernelBuild = Context.environment["MEMBLOCK_KERNEL"] == "1"

/// Documentation wants a plug-in of its own, which nobody else should have to fetch.
let isDocumentationBuild = Context.environment["MEMBLOCK_DOCS"] == "1"

// Who depends on a library here fetches nothing but this package: what the host tools
// (SerialHarness and the command-line tool) need from outside hangs on a trait, which is on
// only where the package is built in its own folder. An OS that tests itself with
// SerialHarness says so where it depends on the package: `traits: ["HostTools"]`. It is one
// trait for both: SwiftPM passes several to the compiler in an order that changes from one
// planning to the next, and then builds everything again.
let isBuiltAtHome = Context.environment["PWD"] == Context.packageDirectory
let traits: Set<Trait> = [
  .trait(name: "HostTools", description: "SerialHarness and the command-line tool"),
  .trait(name: "WithoutPhysmem", description: "Memblock without its third table"),
  .default(enabledTraits: isBuiltAtHome && !isKernelBuild ? ["HostTools"] : []),
]

let safe: [SwiftSetting] = [.strictMemorySafety()]
let safeSpans: [SwiftSetting] = safe + [.enableExperimentalFeature("Lifetimes")]

/// Below the heap nothing may allocate, and the compiler sees to it. The flag is an
/// unsafe one for SwiftPM, so only the kernel build, which is a root package, has it.
let heapless: [SwiftSetting] =
  safeSpans + (isKernelBuild ? [.unsafeFlags(["-no-allocations"])] : [])

/// In the kernel, what runs once at boot is compiled for size, and what goes on is not. Functions
/// that are inlined whatever the optimizer thinks look at the condition: `-Osize` goes by it too.
let small: [SwiftSetting] =
  heapless
  + (isKernelBuild ? [.unsafeFlags(["-Osize"]), .define("OPTIMIZE_FOR_SIZE")] : [])

/// Exclusive access to what changes is checked when it is compiled. At run time nothing is: Embedded
/// Swift's function for that (swift_beginAccess) is empty, and the calls of it are 13 KB.
let kernelSettings: [SwiftSetting] =
  safeSpans + [.unsafeFlags(["-Osize", "-enforce-exclusivity=unchecked"])]

var targets: [Target] = [
  .target(name: "Addressing", swiftSettings: heapless),
  .target(name: "Memblock", dependencies: ["Addressing"], swiftSettings: small),
  .target(name: "Paging", dependencies: ["Addressing"], swiftSettings: small),
  .target(name: "Zones", dependencies: ["Addressing"], swiftSettings: small),
  .target(
    name: "PageAllocator", dependencies: ["Addressing", "Memblock", "Zones"],
    swiftSettings: heapless),
  .target(name: "Heap", dependencies: ["Addressing", "PageAllocator"], swiftSettings: heapless),
  .target(name: "Console", dependencies: ["Addressing"], swiftSettings: small),
  .target(name: "MemblockHeader", path: "Sources/MemblockC/Header"),
  .target(
    name: "MemblockC", dependencies: ["Addressing", "Memblock", "MemblockHeader"],
    path: "Sources/MemblockC/Exports", swiftSettings: heapless),
  // What boot tests change of a boot loader's information, for the host and the kernel's tests.
  .target(
    name: "InformationPatch", dependencies: ["Addressing", "LoaderInformation", "Multiboot2"],
    path: "Tests/InformationPatch", swiftSettings: small),
]

// What the boot loader and the firmware say. The parsers know nothing of memblock; what Linux makes
// of it all is in EarlyMemory, and Firmware is all of them in one import.
let firmware: [(name: String, dependencies: [Target.Dependency])] = [
  ("MemoryMap", ["Addressing"]),
  ("ACPI", ["Addressing"]),
  ("EFI", ["Addressing", "MemoryMap"]),
  ("LoaderInformation", ["Addressing", "MemoryMap", "ACPI", "EFI"]),
  ("Multiboot2", ["Addressing", "EFI", "LoaderInformation", "MemoryMap"]),
  ("PVH", ["Addressing", "LoaderInformation"]),
  ("LimineProtocol", ["Addressing", "EFI", "LoaderInformation", "MemoryMap"]),
  ("LinuxBootProtocol", ["Addressing", "EFI", "LoaderInformation"]),
  ("KernelCommandLine", ["Addressing", "MemoryMap"]),
  ("NUMA", ["Addressing", "Memblock", "ACPI", "KernelCommandLine"]),
  ("NUMAEmulation", ["Addressing", "Memblock", "KernelCommandLine", "NUMA"]),
  (
    "EarlyMemory",
    [
      "Addressing", "Memblock", "MemoryMap", "ACPI", "EFI", "LoaderInformation",
      "KernelCommandLine", "NUMA",
    ]
  ),
  (
    "Firmware",
    [
      "MemoryMap", "ACPI", "EFI", "LoaderInformation", "Multiboot2", "PVH", "LimineProtocol",
      "LinuxBootProtocol", "KernelCommandLine", "NUMA", "NUMAEmulation", "EarlyMemory",
    ]
  ),
]
targets += firmware.map { name, dependencies in
  .target(
    name: name, dependencies: dependencies, path: "Sources/Firmware/\(name)",
    swiftSettings: small)
}

var products: [Product] = [
  .library(name: "Addressing", targets: ["Addressing"]),
  .library(name: "Memblock", targets: ["Memblock"]),
  .library(name: "Paging", targets: ["Paging"]),
  .library(name: "Zones", targets: ["Zones"]),
  .library(name: "PageAllocator", targets: ["PageAllocator"]),
  .library(name: "Heap", targets: ["Heap"]),
  .library(name: "Console", targets: ["Console"]),
  .library(name: "memblock-c", type: .static, targets: ["MemblockC", "MemblockHeader"]),
]
products += firmware.map { name, _ in .library(name: name, targets: [name]) }

var dependencies: [Package.Dependency] = []

// An OS that is a package of its own names the library Kernel in every build; here the host's
// build leaves it out, because the host's linker can't take the assembly.
if isKernelBuild || !isBuiltAtHome {
  targets += [
    .target(name: "X86"),
    .target(name: "Boot", path: "Boot", publicHeadersPath: "include"),
    .target(
      name: "Kernel",
      dependencies: [
        "Boot", "X86", "Addressing", "Console", "Firmware", "Memblock", "Paging", "Zones",
        "PageAllocator", "Heap",
      ],
      swiftSettings: kernelSettings),
  ]
  products.append(.library(name: "Kernel", targets: ["Kernel"]))
}

if isKernelBuild {
  targets += [
    .executableTarget(
      name: "KernelProgram", dependencies: ["Kernel"], swiftSettings: kernelSettings),
    .executableTarget(
      name: "KernelTests", dependencies: ["Kernel", "InformationPatch"],
      swiftSettings: kernelSettings),
    // A kernel with an image of many MiB, for a boot test.
    .target(name: "Ballast", path: "Tests/LargeImage/Ballast"),
    .executableTarget(
      name: "LargeImage", dependencies: ["Kernel", "Ballast"], path: "Tests/LargeImage/Program",
      swiftSettings: kernelSettings),
  ]
  products += [
    .executable(name: "kernel", targets: ["KernelProgram"]),
    .executable(name: "kernel-tests", targets: ["KernelTests"]),
    .executable(name: "kernel-large", targets: ["LargeImage"]),
  ]
} else {
  dependencies += [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
  ]
  targets += [
    .target(
      name: "SerialHarness",
      dependencies: [
        .product(
          name: "Subprocess", package: "swift-subprocess",
          condition: .when(traits: ["HostTools"])),
        .product(
          name: "SystemPackage", package: "swift-system",
          condition: .when(traits: ["HostTools"])),
      ],
      exclude: ["DirectStart/loader.asm"],
      swiftSettings: safe),
    .executableTarget(
      name: "FuzzBoot",
      dependencies: [
        "SerialHarness",
        .product(
          name: "ArgumentParser", package: "swift-argument-parser",
          condition: .when(traits: ["HostTools"])),
      ],
      path: "Tests/FuzzBoot", exclude: ["Corpus"], swiftSettings: safe),
    .executableTarget(
      name: "OSTool",
      dependencies: [
        "SerialHarness",
        .product(
          name: "ArgumentParser", package: "swift-argument-parser",
          condition: .when(traits: ["HostTools"])),
        .product(
          name: "Subprocess", package: "swift-subprocess",
          condition: .when(traits: ["HostTools"])),
      ],
      swiftSettings: safe),
    .target(name: "LogReading", swiftSettings: safeSpans),
    .target(
      name: "Replay",
      dependencies: [
        "Addressing", "Firmware", "LogReading", "Memblock", "PageAllocator", "Paging", "Zones",
      ],
      swiftSettings: safeSpans),
    .target(
      name: "MemblockTrace", dependencies: ["Memblock", "Addressing"], swiftSettings: safeSpans),
    // The comparison behind `make compare-linux`.
    .executableTarget(
      name: "CompareLinux", dependencies: ["SerialHarness"], swiftSettings: safe),
    .executableTarget(
      name: "MemblockTool",
      dependencies: [
        "Addressing", "Console", "Firmware", "LogReading", "Memblock", "MemblockTrace", "Paging",
        "Replay",
        .product(
          name: "ArgumentParser", package: "swift-argument-parser",
          condition: .when(traits: ["HostTools"])),
        .product(
          name: "SystemPackage", package: "swift-system",
          condition: .when(traits: ["HostTools"])),
      ],
      exclude: ["JSON.md"],
      swiftSettings: safe),
    .target(
      name: "ConformanceSides", dependencies: ["MemblockC", "MemblockHeader"],
      path: "Tests/Conformance/Sides"),
    .executableTarget(
      name: "Conformance", dependencies: ["ConformanceSides", "MemblockC"],
      path: "Tests/Conformance/Runner", swiftSettings: safe),
    .executableTarget(
      name: "Explore", dependencies: ["Addressing", "Firmware", "PageStates"],
      path: "Tests/Explore", swiftSettings: safe),
    .target(
      name: "PageStates",
      dependencies: ["Addressing", "PageAllocator", "SimulatedMemory", "Zones"],
      path: "Tests/PageStates", swiftSettings: safe),
    .target(
      name: "SimulatedMemory", dependencies: ["Addressing"], path: "Tests/SimulatedMemory",
      swiftSettings: safe),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "Addressing", "Memblock", "MemblockC", "MemblockHeader", "Firmware", "Zones",
        "PageAllocator", "ConformanceSides",
      ],
      path: "Benchmarks", swiftSettings: safe),
    .testTarget(
      name: "AddressingTests", dependencies: ["Addressing", "SimulatedMemory"], swiftSettings: safe),
    .testTarget(
      name: "ConsoleTests", dependencies: ["Console", "SimulatedMemory"], swiftSettings: safe),
    .testTarget(
      name: "MemblockTests", dependencies: ["Memblock", "MemblockTrace", "Addressing"],
      resources: [.copy("Recorded"), .copy("Differences")], swiftSettings: safeSpans),
    .testTarget(name: "MemblockCTests", swiftSettings: safe),
    .testTarget(
      name: "LogReadingTests", dependencies: ["LogReading"],
      swiftSettings: safeSpans),
    .testTarget(
      name: "ReplayTests", dependencies: ["Replay", "LogReading", "MemblockTrace"],
      swiftSettings: safe),
    .testTarget(
      name: "MemblockToolTests", dependencies: ["LogReading", "MemblockTool", "MemblockTrace"],
      resources: [.copy("Data")],
      swiftSettings: safe),
    .testTarget(
      name: "FirmwareTests",
      // Each of the firmware's modules by name: these are its tests.
      dependencies: firmware.map { .target(name: $0.name) } + [
        "Memblock", "Addressing", "Zones", "PageAllocator", "SimulatedMemory", "InformationPatch",
      ],
      resources: [.copy("Data")], swiftSettings: safeSpans),
    .testTarget(
      name: "PagingTests", dependencies: ["Paging", "SimulatedMemory"], swiftSettings: safe),
    .testTarget(
      name: "ZonesTests", dependencies: ["Zones", "SimulatedMemory"], exclude: ["LinuxBoots"],
      swiftSettings: safe),
    .testTarget(
      name: "PageAllocatorTests",
      dependencies: ["Zones", "PageAllocator", "PageStates", "SimulatedMemory"],
      swiftSettings: safe),
    .testTarget(
      name: "HeapTests",
      dependencies: ["Heap", "Zones", "PageAllocator", "Memblock", "SimulatedMemory"],
      swiftSettings: safe),
    .testTarget(name: "OSToolTests", swiftSettings: safe),
    .testTarget(name: "SerialHarnessTests", dependencies: ["SerialHarness"], swiftSettings: safe),
    .testTarget(
      name: "BootTests", dependencies: ["Addressing", "Console", "FuzzBoot", "SerialHarness"],
      swiftSettings: safe),
  ]
  products += [
    .library(name: "SerialHarness", targets: ["SerialHarness"]),
    .library(name: "LogReading", targets: ["LogReading"]),
    .library(name: "Replay", targets: ["Replay"]),
    .executable(name: "memblock", targets: ["MemblockTool"]),
    .executable(name: "os", targets: ["OSTool"]),
  ]
}

if isDocumentationBuild {
  dependencies.append(
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"))
}

let package = Package(
  name: "swift-memblock",
  products: products,
  traits: traits,
  dependencies: dependencies,
  targets: targets,
  swiftLanguageModes: [.v6]
)
