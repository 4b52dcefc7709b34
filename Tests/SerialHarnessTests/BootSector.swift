import Foundation
import SerialHarness

/// A machine's whole software in 115 bytes, for tests of the harness itself: a boot sector that
/// prompts on COM1, echoes what is typed, and at the Return key exits by the debug-exit port
/// with the code 0x10 + the last digit typed.
///
/// ```
/// 7c00  cli; xor ax, ax; mov ds, ax
/// 7c05  mov si, prompt; call puts
/// 7c0b  call getc; cmp al, 13; je 7c19; mov bl, al; call putc; jmp 7c0b
/// 7c19  mov si, done; call puts
/// 7c1f  and bl, 15; mov al, bl; or al, 0x10; out 0xf4, al; hlt
/// 7c29  getc: wait for bit 0 of port 0x3fd, read port 0x3f8
/// 7c36  putc: wait for bit 5 of port 0x3fd, write port 0x3f8
/// 7c47  puts: lodsb and putc up to a zero
/// 7c52  prompt: ESC "[2J" ESC "[1;1H" "ready> "
/// 7c64  done: CR LF "got it" CR LF
/// ```
enum BootSector {
  private static let code: [UInt8] = [
    0xfa, 0x31, 0xc0, 0x8e, 0xd8, 0xbe, 0x52, 0x7c, 0xe8, 0x3c, 0x00, 0xe8,
    0x1b, 0x00, 0x3c, 0x0d, 0x74, 0x07, 0x88, 0xc3, 0xe8, 0x1f, 0x00, 0xeb,
    0xf2, 0xbe, 0x64, 0x7c, 0xe8, 0x28, 0x00, 0x80, 0xe3, 0x0f, 0x88, 0xd8,
    0x0c, 0x10, 0xe6, 0xf4, 0xf4, 0xba, 0xfd, 0x03, 0xec, 0xa8, 0x01, 0x74,
    0xfb, 0xba, 0xf8, 0x03, 0xec, 0xc3, 0x88, 0xc4, 0xba, 0xfd, 0x03, 0xec,
    0xa8, 0x20, 0x74, 0xfb, 0xba, 0xf8, 0x03, 0x88, 0xe0, 0xee, 0xc3, 0xac,
    0x84, 0xc0, 0x74, 0x05, 0xe8, 0xe7, 0xff, 0xeb, 0xf6, 0xc3, 0x1b, 0x5b,
    0x32, 0x4a, 0x1b, 0x5b, 0x31, 0x3b, 0x31, 0x48, 0x72, 0x65, 0x61, 0x64,
    0x79, 0x3e, 0x20, 0x00, 0x0d, 0x0a, 0x67, 0x6f, 0x74, 0x20, 0x69, 0x74,
    0x0d, 0x0a, 0x00,
  ]

  /// A machine that starts from the sector; `code` patches its first bytes.
  static func machine(startingWith patch: [UInt8] = []) throws -> Machine {
    var sector = patch + code.dropFirst(patch.count)
    sector += [UInt8](repeating: 0, count: 510 - sector.count) + [0x55, 0xaa]
    let file = FileManager.default.temporaryDirectory
      .appending(path: "boot-sector-\(UUID().uuidString)")
    try Data(sector).write(to: file)
    var machine = Machine(start: .disks)
    machine.memory = .mebibytes(16)
    machine.board = .pc
    machine.disks = [Machine.Disk(path: file.path)]
    return machine
  }

  /// Whether this host can boot machines at all.
  static let hasQEMU = ProcessInfo.processInfo.environment["PATH", default: ""]
    .split(separator: ":")
    .contains { FileManager.default.isExecutableFile(atPath: "\($0)/qemu-system-x86_64") }
}
