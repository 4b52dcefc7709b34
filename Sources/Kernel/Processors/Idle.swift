import X86

/// How a processor stops until there is something to do: by MWAIT where that saves more than HLT, else
/// by HLT. Either ends with the next interrupt, and none is lost: they come on with the stop itself.
enum Idle {
  /// Whether by MWAIT; said by the boot, before other processors run.
  @safe nonisolated(unsafe) private(set) static var usesMWAIT = false

  /// Turns interrupts on and stops until the next one. Whoever has looked for something to do with
  /// interrupts off misses nothing: what comes in between ends the stop at once.
  static func wait() {
    // What is watched is this processor's own stack, which nobody else writes: an interrupt it is.
    if usesMWAIT {
      enableInterruptsAndMonitor(currentFramePointer())
    } else {
      enableInterruptsAndHalt()
    }
  }

  /// Decides, by the processor and by `idle=`; a line says so where MWAIT is used or was asked for.
  static func choose(by information: BootInformation) {
    let processor = MonitorFeatures.read()
    usesMWAIT = information.withOption(KernelOptions.idle) { value in
      guard let value else { return processor.areWorthwhile }
      if value.isEqual(to: "mwait") { return processor.haveMWAIT }
      if !value.isEqual(to: "halt"), !value.isEqual(to: "nomwait") {
        console.write("idle: mwait, nomwait or halt is wanted; this one is not followed\n")
        return processor.areWorthwhile
      }
      return false
    }
    if usesMWAIT { console.write("Idle processors stop by mwait\n") }
  }
}

/// What CPUID says of MONITOR and MWAIT (Intel SDM, volume 2, CPUID, leaves 1 and 5).
package struct MonitorFeatures {
  /// Whether the processor has the two.
  package let haveMWAIT: Bool

  /// ECX and EDX of leaf 5: its extensions, and the sub-states of each C-state.
  private let extensions: UInt32
  private let states: UInt32

  /// - Parameters:
  ///   - features: ECX of leaf 1.
  ///   - extensions: ECX of leaf 5, 0 where there is no such leaf.
  ///   - states: EDX of leaf 5.
  package init(features: UInt32, extensions: UInt32, states: UInt32) {
    haveMWAIT = features & 1 << 3 != 0
    self.extensions = extensions
    self.states = states
  }

  static func read() -> MonitorFeatures {
    let hasLeaf = identifyProcessor(leaf: 0, subleaf: 0).eax >= 5
    let leaf = identifyProcessor(leaf: 5, subleaf: 0)
    return MonitorFeatures(
      features: identifyProcessor(leaf: 1, subleaf: 0).ecx, extensions: hasLeaf ? leaf.ecx : 0,
      states: hasLeaf ? leaf.edx : 0)
  }

  /// Whether MWAIT is better than HLT: where leaf 5 lists C-states, it must list one of C1. An emulator
  /// that makes the instruction a mere pause lists none.
  ///
  /// Linux: `prefer_mwait_c1_over_halt`.
  package var areWorthwhile: Bool { haveMWAIT && (extensions & 1 == 0 || states & 0xf0 != 0) }
}
