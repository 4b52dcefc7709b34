import Addressing
import Boot
import PageAllocator
import Synchronization

/// What is done about an interrupt. It runs with interrupts off, on the stack of what it interrupted.
public typealias InterruptHandler = (inout InterruptFrame) -> Void

/// What is done about an exception: returns whether the program can go on. Where it can't, the
/// exception is reported, and the machine ends.
public typealias ExceptionHandler = (inout InterruptFrame) -> Bool

/// One of the processor's 256 vectors.
struct InterruptVector {
  /// Who handles it, from vector 32 on.
  private(set) var handler: InterruptHandler?

  /// Who handles it, below 32.
  private(set) var exceptionHandler: ExceptionHandler?

  /// How often it was raised.
  var count: UInt64 = 0

  /// Whether it is level-triggered. The end of such an interrupt is written to the controller after the
  /// handler has served the device; of any other before, so that a handler may switch threads.
  var isLevelTriggered = false

  /// Whether an interrupt without a handler has been reported.
  var isReported = false

  /// Whether there is a handler. A handler is two words, and other processors read it while it is
  /// changed: it is read where this is set, and changed where it is not.
  private(set) var isHandled = false

  /// The vectors that have a purpose already.
  static let timer: UInt8 = 0xf0
  /// Another processor has given this one work.
  static let wake: UInt8 = 0xf1
  /// Another processor waits until this one has invalidated TLB entries.
  static let flush: UInt8 = 0xf2
  static let spurious: UInt8 = 0xff

  /// System calls of ring 3 (Users/UserSpace.swift), which the assembly takes elsewhere.
  static let systemCall = UInt8(SYSTEM_CALL_VECTOR)

  /// The vectors that lines, messages and programs are given, lowest first.
  static let free: ClosedRange<UInt8> = 0x30...0xef
}

/// The processor's vectors; `nil` until the boot has made them. Read by every interrupt, changed with
/// interrupts off. A table in memory, not a global array, which would be copied to be read.
@safe nonisolated(unsafe) var interruptVectors: PhysicalTable<InterruptVector>?

extension InterruptVector {
  /// Whether it has a handler. It keeps it for a while after `removeHandler` was called.
  var isTaken: Bool { handler != nil || exceptionHandler != nil }

  /// Sets the handler of a vector that has none.
  mutating func setHandler(_ handler: @escaping InterruptHandler) {
    self.handler = handler
    atomicMemoryFence(ordering: .releasing)
    isHandled = true
  }

  /// The same for an exception.
  mutating func setExceptionHandler(_ handler: @escaping ExceptionHandler) {
    exceptionHandler = handler
    atomicMemoryFence(ordering: .releasing)
    isHandled = true
  }

  /// Removes the handler. A call that has begun runs to its end.
  static func removeHandler(of vector: Int) {
    withInterruptsOff {
      interruptVectors?[vector].isHandled = false
      // Every other processor answers: then none has seen the handler and not yet called it.
      AddressSpace.exclusively { Shootdown.run(VirtualAddress(0), size: 0) }
      exclusively {
        interruptVectors?[vector].handler = nil
        interruptVectors?[vector].exceptionHandler = nil
      }
    }
  }

  /// Calls a function with interrupts off, while no other processor registers handlers.
  static func exclusively<Result, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withInterruptsOff { () throws(Failure) in
      let set = processorSet
      set?.registrationLock.acquire()
      defer { set?.registrationLock.release() }
      return try body()
    }
  }

  /// Makes the table of all vectors, none with a handler.
  static func makeTable() {
    let memory = KernelImage.interruptVectors
    guard PhysicalTable<InterruptVector>.size(of: 256) <= memory.size else {
      panic("layout.h has less room for a vector than a vector takes")
    }
    interruptVectors = PhysicalTable(256, in: kernelWindow, at: memory.start) { _ in
      InterruptVector()
    }
  }
}

/// Interrupts that their controller took back before they were looked at.
@safe nonisolated(unsafe) var spuriousInterrupts: UInt64 = 0
