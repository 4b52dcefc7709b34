import Boot
import X86

/// What an interrupt or an exception has interrupted: the processor's registers, as the processor
/// and the stubs of Boot/interrupts.S left them on the stack.
///
/// What is changed here is what the interrupted program goes on with.
public struct InterruptFrame {
  var saved: interrupt_frame

  /// The vector that was raised.
  public var vector: UInt8 { UInt8(truncatingIfNeeded: saved.vector) }

  /// The error code of an exception that has one (Intel SDM, volume 3, section 7.13); otherwise 0.
  public var errorCode: UInt64 { saved.error_code }

  /// The address that a page fault was about. Valid until the next page fault.
  public var faultAddress: UInt64 { readControlRegister2() }

  /// Where the program goes on: the instruction that failed, for a fault, and the next one, for a
  /// breakpoint or an interrupt.
  public var instructionPointer: UInt64 {
    get { saved.rip }
    set { saved.rip = newValue }
  }

  /// The stack pointer that the program goes on with.
  public var stackPointer: UInt64 {
    get { saved.rsp }
    set { saved.rsp = newValue }
  }

  /// The flags register.
  public var flags: UInt64 {
    get { saved.rflags }
    set { saved.rflags = newValue }
  }

  /// The registers that functions get their arguments in, and return their result in.
  public var rax: UInt64 {
    get { saved.rax }
    set { saved.rax = newValue }
  }
  /// The first argument.
  public var rdi: UInt64 {
    get { saved.rdi }
    set { saved.rdi = newValue }
  }
  /// The second argument.
  public var rsi: UInt64 {
    get { saved.rsi }
    set { saved.rsi = newValue }
  }
  /// The third argument.
  public var rdx: UInt64 {
    get { saved.rdx }
    set { saved.rdx = newValue }
  }
  /// The fourth argument.
  public var rcx: UInt64 {
    get { saved.rcx }
    set { saved.rcx = newValue }
  }
  /// The frame pointer.
  public var rbp: UInt64 {
    get { saved.rbp }
    set { saved.rbp = newValue }
  }
}
