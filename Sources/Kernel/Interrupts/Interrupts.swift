import Addressing
import Firmware
import X86

/// Why a handler was not registered.
public enum InterruptError: Error {
  /// Somebody handles this vector, line or exception already.
  case taken
  /// The vector is one of the processor's exceptions; for exceptions there is `handle(exception:)`.
  case isException
  /// The exception can't be handled: it arrives on a stack of its own, or it has no vector.
  case cannotResume
  /// No interrupt controller has this line.
  case noSuchLine
  /// Every vector is taken.
  case noFreeVector
}

/// The machine's interrupts and exceptions.
///
/// ```swift
/// try machine.interrupts.handle(line: 4) { frame in … }
/// ```
/// A handler runs with interrupts off, on the stack of what it interrupted; it may allocate. The
/// first handler of a line, message or timer starts the controllers, and turns interrupts on.
/// Interrupts without a handler are counted, and the first of each vector is named in the log.
public struct Interrupts {
  /// Handles what a vector from 32 on raises, by whatever way it comes: `int`, a message, or another
  /// processor.
  @export(interface)
  public func handle(
    vector: UInt8, with handler: @escaping InterruptHandler
  ) throws(InterruptError) {
    guard vector >= 32 else { throw .isException }
    try InterruptVector.exclusively { () throws(InterruptError) in
      try register(vector, isLevelTriggered: false, handler)
    }
  }

  /// Handles a vector that is free, for a device that signals by messages (`message(for:)`).
  ///
  /// - Returns: the vector.
  @export(interface)
  public func handleFreeVector(
    with handler: @escaping InterruptHandler
  ) throws(InterruptError) -> UInt8 {
    start()
    return try InterruptVector.exclusively { () throws(InterruptError) in
      let vector = try freeVector()
      try register(vector, isLevelTriggered: false, handler)
      return vector
    }
  }

  /// Handles a line of the PC's first interrupt controllers: 0 the timer, 1 the keyboard, 4 and 3 the
  /// serial ports, 8 the clock, 12 the mouse, 14 and 15 the disks.
  ///
  /// - Returns: the vector that the line raises.
  @discardableResult
  @export(interface)
  public func handle(
    line: UInt8, with handler: @escaping InterruptHandler
  ) throws(InterruptError) -> UInt8 {
    guard line < 16 else { throw .noSuchLine }
    let controllers = start()
    if !controllers.lines.isEmpty {
      return try handle(source: controllers.source(ofLegacyLine: line), with: handler)
    }
    let vector = UInt8(LegacyInterruptController.firstVector) + line
    try InterruptVector.exclusively { () throws(InterruptError) in
      try register(vector, isLevelTriggered: false, handler)
      LegacyInterruptController.setMask(ofLine: line, false)
    }
    return vector
  }

  /// Handles an interrupt by ACPI's number, for a device whose line a table or the namespace tells.
  ///
  /// - Returns: the vector that the source raises.
  @discardableResult
  @export(interface)
  public func handle(
    source: ACPIInterruptSource, with handler: @escaping InterruptHandler
  ) throws(InterruptError) -> UInt8 {
    let controllers = start()
    guard let local = controllers.local else { throw .noSuchLine }
    for apic in controllers.lines where apic.interrupts.contains(source.number) {
      return try InterruptVector.exclusively { () throws(InterruptError) in
        guard interruptControllers?.isConnected(source.number) == false else { throw .taken }
        let vector = try freeVector()
        try register(vector, isLevelTriggered: source.isLevelTriggered, handler)
        interruptControllers?.connected.append((source.number, vector))
        apic.connect(source, to: vector, on: local.id)
        return vector
      }
    }
    throw .noSuchLine
  }

  /// Handles an exception: 3 is a breakpoint, 14 a page fault (Intel SDM, volume 3, table 7-1).
  ///
  /// Non-maskable interrupts, double faults and machine checks can't be handled: they may come in the
  /// middle of anything, and arrive on stacks of their own.
  @export(interface)
  public func handle(
    exception: UInt8, with handler: @escaping ExceptionHandler
  ) throws(InterruptError) {
    guard exception < 32, ![2, 8, 18].contains(exception) else { throw .cannotResume }
    try InterruptVector.exclusively { () throws(InterruptError) in
      guard !vectors[Int(exception)].isTaken else { throw .taken }
      vectors[Int(exception)].setExceptionHandler(handler)
    }
  }

  /// No longer handles a vector, or an exception; masks the line that raised it.
  @export(interface)
  public func stopHandling(vector: UInt8) {
    if vector >= 32 { InterruptVector.exclusively { interruptControllers?.disconnect(vector) } }
    InterruptVector.removeHandler(of: Int(vector))
  }

  /// What a device writes, and where, to raise a vector on this processor (MSI: Intel SDM, volume 3,
  /// section 12.11); `nil` where the processor has no local APIC.
  @export(interface)
  public func message(for vector: UInt8) -> (address: PhysicalAddress, data: UInt32)? {
    guard let local = start().local, local.id < 256 else { return nil }
    return (PhysicalAddress(0xfee0_0000 | UInt64(local.id) << 12), UInt32(vector))
  }

  /// Raises a vector from 32 on at this processor, by its local APIC.
  @export(interface)
  public func raise(_ vector: UInt8) {
    guard vector >= 32 else { return }
    start().local?.raise(vector)
  }

  /// How often a vector was raised. Two that come to two processors at the same instant may count as
  /// one.
  public func count(of vector: UInt8) -> UInt64 { vectors[Int(vector)].count }

  /// How many interrupts were taken back by their controller before they could be looked at.
  public var spuriousCount: UInt64 { spuriousInterrupts }

  /// Whether interrupts are on.
  public var isEnabled: Bool { readFlags() & 1 << 9 != 0 }

  /// Turns interrupts on.
  public func enable() { enableInterrupts() }

  /// Turns interrupts off. Exceptions and non-maskable interrupts still come.
  public func disable() { _ = disableInterrupts() }

  /// Waits for the next interrupt, with interrupts on.
  public func wait() { Idle.wait() }

  /// Calls a function with interrupts off, and puts them back to what they were.
  public func withoutInterrupts<Result: ~Copyable, Failure: Error>(
    _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try withInterruptsOff(body)
  }

  /// Starts the controllers and turns interrupts on, the first time.
  @discardableResult
  private func start() -> InterruptControllers {
    if let controllers = interruptControllers { return controllers }
    let controllers = InterruptControllers.start()
    enable()
    return controllers
  }

  /// Registers a handler; while no other processor does.
  private func register(
    _ vector: UInt8, isLevelTriggered: Bool, _ handler: @escaping InterruptHandler
  ) throws(InterruptError) {
    guard !vectors[Int(vector)].isTaken, vector != InterruptVector.systemCall else { throw .taken }
    vectors[Int(vector)].isLevelTriggered = isLevelTriggered
    vectors[Int(vector)].setHandler(handler)
  }

  private var vectors: PhysicalTable<InterruptVector> {
    guard let interruptVectors else { panic("the machine is not up yet") }
    return interruptVectors
  }

  private func freeVector() throws(InterruptError) -> UInt8 {
    for vector in InterruptVector.free
    where !vectors[Int(vector)].isTaken && vector != InterruptVector.systemCall {
      return vector
    }
    throw .noFreeVector
  }
}

/// Calls a function with interrupts off on this processor.
@inline(__always)
func withInterruptsOff<Result: ~Copyable, Failure: Error>(
  _ body: () throws(Failure) -> Result
) throws(Failure) -> Result {
  let flags = disableInterrupts()
  defer { restoreInterrupts(flags) }
  return try body()
}
