import Boot
import PageAllocator
import X86

/// The state of the program in ring 3 that this processor runs.
enum UserMode {
  /// The page tables that a processor runs with, and the stack that it enters from ring 3.
  struct State {
    fileprivate var root: UInt64
    fileprivate var stack: UInt64
  }

  /// Before a thread is left, which may run a program in ring 3: enters the kernel's own page tables.
  /// With interrupts off.
  ///
  /// - Returns: what `enter` puts back, on whichever processor the thread goes on; `nil` where it
  ///   has no program in ring 3.
  static func leave() -> State? {
    guard let root = kernelRoot, readControlRegister3() != root else { return nil }
    let state = State(
      root: readControlRegister3(), stack: ProcessorArea.stackFromUserMode)
    writeControlRegister3(root)
    return state
  }

  /// Puts back what `leave` has found. With interrupts off.
  static func enter(_ state: State?) {
    guard let state else { return }
    writeControlRegister3(state.root)
    ProcessorArea.stackFromUserMode = state.stack
  }

  /// The kernel's own top table.
  static var kernelRoot: UInt64? { kernelPageTables?.root.value }
}
