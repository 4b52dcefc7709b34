import Foundation
import SerialHarness

/// What a machine writes to its devices, as QEMU traces it: what nobody could read back afterwards.
struct WriteTrace {
  /// A write: the device's name in QEMU, the port or address, and the value.
  struct Write {
    var device: Substring
    var address: UInt64
    var value: UInt64
  }

  private(set) var writes: [Write] = []

  /// Boots a machine, and reads what it wrote.
  static func boot(
    _ machine: Machine, timeLimit: Duration = .seconds(60)
  ) async throws -> (outcome: Outcome, trace: WriteTrace) {
    let file = FileManager.default.temporaryDirectory.appending(path: "trace-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: file) }
    var machine = machine
    machine.arguments += ["-trace", "memory_region_ops_write", "-D", file.path]
    let outcome = try await machine.boot(timeLimit: timeLimit)
    let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
    return (outcome, WriteTrace(text))
  }

  /// Reads lines `memory_region_ops_write cpu 0 mr 0x… addr 0x80 value 0x1 size 1 name 'ioport80'`.
  private init(_ text: String) {
    for line in text.split(separator: "\n") {
      let words = line.split(separator: " ")
      guard words.count == 13, words[0] == "memory_region_ops_write",
        let address = UInt64(words[6].dropFirst(2), radix: 16),
        let value = UInt64(words[8].dropFirst(2), radix: 16)
      else { continue }
      writes.append(Write(device: words[12].dropFirst().dropLast(), address: address, value: value))
    }
  }

  /// The codes on port 0x80, each as often as it comes after another.
  var codes: [UInt64] {
    writes.filter { $0.device == "ioport80" }.map(\.value).reduce(into: []) { codes, code in
      if codes.last != code { codes.append(code) }
    }
  }

  /// The text screen of 80 columns, row by row, as the writes of its characters left it.
  var textScreen: String {
    var cells = [UInt8](repeating: UInt8(ascii: " "), count: 80 * 25)
    for write in writes where write.device == "vga-lowmem" {
      let offset = Int(write.address & 0x1ffff) - 0x18000
      guard offset >= 0, offset % 2 == 0, offset / 2 < cells.count else { continue }
      cells[offset / 2] = UInt8(truncatingIfNeeded: write.value)
    }
    return String(decoding: cells, as: UTF8.self)
  }
}
