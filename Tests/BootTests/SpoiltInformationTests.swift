import SerialHarness
import Testing

/// A change to what the boot loader left: bytes at a distance from a tag's start.
private struct Patch: CustomTestStringConvertible, Sendable {
  /// The tag's type; `nil` for the information's own header.
  var tag: UInt32?
  var distance: UInt32
  var bytes: [UInt8]
  var testDescription: String

  init(_ tag: UInt32?, _ distance: UInt32, _ value: UInt32, _ what: String) {
    self.tag = tag
    self.distance = distance
    bytes = Self.little(value)
    testDescription = "\(tag.map { "tag \($0)" } ?? "header"): \(what)"
  }

  static func little(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> UInt32(8 * $0)) }
  }

  /// The boot module that carries it.
  var module: Machine.Module {
    let record =
      Self.little(tag ?? .max) + Self.little(distance) + Self.little(UInt32(bytes.count)) + bytes
    return Machine.Module(record, argument: "patch-information")
  }
}

/// Fifty ways in which a boot loader's information can be broken, on a running machine: each
/// ends in a boot or in a reported failure, never in silence.
@Suite(KernelUnderTest.isAvailable)
struct SpoiltInformationTests {
  /// Tags that GRUB leaves on a PC, and the fields after their headers.
  private static let fields: [(tag: UInt32, distances: [UInt32])] = [
    (1, [8]), (2, [8]), (3, [8, 12, 16]), (4, [12]), (6, [8, 12, 16, 24, 28, 32]),
    (8, [8, 16, 28]), (9, [8, 12]), (14, [8, 24]),
  ]

  private static let patches: [Patch] = {
    var patches: [Patch] = []
    for (value, what) in [
      (0 as UInt32, "size 0"), (8, "size 8"), (17, "size 17"), (.max, "size 2^32 - 1"),
    ] {
      patches.append(Patch(nil, 0, value, what))
    }
    for (tag, distances) in fields {
      patches.append(Patch(tag, 4, 0, "size 0"))
      patches.append(Patch(tag, 4, .max, "size 2^32 - 1"))
      for distance in distances.prefix(2) {
        patches.append(Patch(tag, distance, .max, "2^32 - 1 at \(distance)"))
      }
    }
    // The memory map once more: its kind, the entries' size, and its first entry's type.
    for (distance, value, what) in [
      (0 as UInt32, 0 as UInt32, "an end tag"), (0, 99, "not there"), (4, 40, "one entry"),
      (4, 41, "one entry and a byte"), (8, 0, "entries of 0 bytes"), (8, 8, "of 8 bytes"),
      (8, 25, "of 25 bytes"), (8, 1 << 31, "of 2 GiB"), (24, 0, "an empty entry"),
      (32, 0, "type 0"), (32, 5, "type 5"), (32, 128, "type 128"), (32, .max, "type 2^32 - 1"),
      (16, 0x800, "not whole pages"), (20, .max, "far above all memory"),
      (16, 0xffff_f000, "above what is there"), (24, 0xfff, "less than a page"),
      (28, 0x100, "a TiB that isn't there"),
    ] {
      patches.append(Patch(6, distance, value, what))
    }
    return patches
  }()

  @Test func fiftyArePicked() {
    #expect(Self.patches.count >= 50)
  }

  @Test(arguments: patches)
  private func bootsOrReportsFailure(_ patch: Patch) async throws {
    var machine = try KernelUnderTest.machine(withTests: true)
    machine.memory = .mebibytes(128)
    machine.modules = [patch.module]
    let outcome = try await machine.boot(timeLimit: .seconds(60))
    try outcome.require("boot information: patched by a module")
    #expect(outcome.exit == .success || outcome.exit == .failure, "\(outcome.report())")
  }
}
