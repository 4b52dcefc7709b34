import Subprocess
import SystemPackage

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What carries out a guest's instructions.
public enum Accelerator: String, Sendable, CaseIterable {
  /// QEMU's translator: there on every host, the same on all of them, and slow.
  case tcg
  /// The host's processor, by Linux.
  case kvm
  /// The host's processor, by macOS.
  case hvf
}

extension Accelerator {
  /// The fastest one that runs a guest on this host. Found out once by a process, in a tenth of a second
  /// where the host has something to try.
  static var fastest: Accelerator {
    get async { await search.value }
  }

  private static let search = Task { await find(by: Machine.program, among: candidates) }

  /// What this host may have besides the translator.
  private static var candidates: [Accelerator] {
    #if os(macOS)
      [.hvf]
    #else
      // SAFETY: the string is borrowed for the call.
      unsafe access("/dev/kvm", R_OK | W_OK) == 0 ? [.kvm] : []
    #endif
  }

  /// The first that runs a guest, else the translator.
  ///
  /// - Parameter program: QEMU.
  static func find(by program: String, among candidates: [Accelerator]) async -> Accelerator {
    for candidate in candidates where await candidate.runsGuest(by: program) { return candidate }
    return .tcg
  }

  /// Whether a guest runs to its end. That QEMU accepts the accelerator says little: in a virtual machine
  /// KVM may start, and stop at the first instruction that its emulator does not know.
  func runsGuest(by program: String) async -> Bool {
    guard let folder = try? BootFolder(),
      let image = try? folder.write("probe.rom", Self.probe)
    else { return false }
    let result = try? await Subprocess.run(
      program.contains("/") ? .path(FilePath(program)) : .name(program),
      arguments: [
        "-accel", rawValue, "-machine", "q35", "-cpu", "max", "-nodefaults", "-display", "none",
        "-no-reboot", "-bios", image, "-device", Machine.exitDevice,
      ],
      input: .none, output: .discarded, error: .sequence
    ) { execution in
      let timer = Task {
        try await Task.sleep(for: .seconds(2))
        try? execution.send(signal: .kill)
      }
      var messages: [UInt8] = []
      for try await buffer in execution.standardError {
        messages += Machine.bytes(of: buffer)
        // QEMU says so and stays.
        if String(decoding: messages, as: UTF8.self).contains("internal error") {
          try? execution.send(signal: .kill)
        }
      }
      timer.cancel()
    }
    return result?.terminationStatus == .exited(33)
  }

  /// A firmware of 64 KiB: it does sums as a kernel in Swift does and ends QEMU with status 33 if they
  /// are right.
  private static var probe: [UInt8] {
    let code: [UInt8] = [
      0xdb, 0xe3,  // fninit
      0x31, 0xc0, 0x8e, 0xd8,  // xor ax, ax; mov ds, ax
      0xc7, 0x06, 0x00, 0x05, 0x34, 0x12,  // mov word [0x500], 0x1234
      0xdf, 0x06, 0x00, 0x05,  // fild word [0x500]
      0xdf, 0x1e, 0x02, 0x05,  // fistp word [0x502]
      0x81, 0x3e, 0x02, 0x05, 0x34, 0x12,  // cmp word [0x502], 0x1234
      0x75, 0x18,  // jne end
      0x0f, 0x20, 0xe0,  // mov eax, cr4
      0x66, 0x0d, 0x00, 0x06, 0x00, 0x00,  // or eax, OSFXSR | OSXMMEXCPT
      0x0f, 0x22, 0xe0,  // mov cr4, eax
      0x66, 0x0f, 0x6e, 0xc0,  // movd xmm0, eax
      0x66, 0x0f, 0xef, 0xc0,  // pxor xmm0, xmm0
      0xb0, 0x10,  // mov al, 16
      0xe6, 0xf4,  // out 0xf4, al
      0xf4, 0xeb, 0xfd,  // end: hlt; jmp end
    ]
    var image = [UInt8](repeating: 0xf4, count: 0x10000)
    image.replaceSubrange(0xff00..<0xff00 + code.count, with: code)
    // Where a processor starts: jmp 0xff00.
    image.replaceSubrange(0xfff0..<0xfff3, with: [0xe9, 0x0d, 0xff])
    return image
  }
}
