public import Addressing
import Boot

/// What a program in ring 3 goes on with: its registers, and those that it calculates with.
public struct UserContext {
  var saved = user_registers()

  /// Makes the registers of a program that starts; the others are zero.
  ///
  /// - Parameters:
  ///   - entry: The address of its first instruction.
  ///   - stack: Its stack pointer.
  public init(entry: VirtualAddress, stack: VirtualAddress) {
    saved.frame.rip = entry.value
    saved.frame.rsp = stack.value
    // All exceptions of the x87 and SSE units masked (SDM volume 1, sections 8.1.5 and 10.2.3).
    saved.floating_point.0 = 0x37f
    saved.floating_point.3 = 0x1f80
  }

  /// The registers. After a system call the instruction pointer is behind it; after a fault it is at
  /// the instruction that failed.
  public var frame: InterruptFrame {
    get { InterruptFrame(saved: saved.frame) }
    set { saved.frame = newValue.saved }
  }

  /// Makes this a context of ring 3, with interrupts on, whatever was written to it.
  mutating func confine() {
    saved.frame.cs = UInt64(USER_CODE_SELECTOR)
    saved.frame.ss = UInt64(USER_DATA_SELECTOR)
    // Arithmetic, direction, single step, alignment, CPUID; interrupts on, and bit 1, which is
    // always set (SDM volume 1, section 3.4.3).
    saved.frame.rflags = saved.frame.rflags & 0x24_0dd5 | 0x202
  }
}

/// Why a program in ring 3 has stopped.
public enum UserStop {
  /// A system call, by the instruction `int $0x80`.
  case systemCall
  /// A fault.
  case fault(UserFault)
}

/// An exception that a program in ring 3 has raised.
public struct UserFault {
  /// The exception's number (Intel SDM, volume 3, table 7-1).
  public let vector: UInt8

  /// Its error code, where it has one; otherwise 0.
  public let errorCode: UInt64

  /// The address of the instruction.
  public let instruction: VirtualAddress

  /// For a page fault the address that it was about; otherwise `nil`.
  public let address: VirtualAddress?

  /// The exception's name: `#PF page fault`.
  public var name: String { ExceptionVector.name(of: UInt64(vector)) }
}
