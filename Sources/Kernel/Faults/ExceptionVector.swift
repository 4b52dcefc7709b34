/// The exceptions of x86-64 by name: number, mnemonic, and what they mean.
///
/// (Intel SDM, volume 3, table 7-1; AMD APM, volume 2, table 8-1 for 28 to 30.)
enum ExceptionVector {
  static let doubleFault: UInt64 = 8
  static let invalidOpcode: UInt64 = 6
  static let pageFault: UInt64 = 14
  static let machineCheck: UInt64 = 18

  static func name(of vector: UInt64) -> String {
    switch vector {
    case 0: "#DE divide error"
    case 1: "#DB debug"
    case 2: "NMI non-maskable interrupt"
    case 3: "#BP breakpoint"
    case 4: "#OF overflow"
    case 5: "#BR bound range exceeded"
    case 6: "#UD invalid opcode"
    case 7: "#NM device not available"
    case 8: "#DF double fault"
    case 9: "coprocessor segment overrun"
    case 10: "#TS invalid TSS"
    case 11: "#NP segment not present"
    case 12: "#SS stack-segment fault"
    case 13: "#GP general protection"
    case 14: "#PF page fault"
    case 16: "#MF x87 floating-point error"
    case 17: "#AC alignment check"
    case 18: "#MC machine check"
    case 19: "#XM SIMD floating-point"
    case 20: "#VE virtualization"
    case 21: "#CP control protection"
    case 28: "#HV hypervisor injection"
    case 29: "#VC VMM communication"
    case 30: "#SX security"
    default: "reserved"
    }
  }
}
