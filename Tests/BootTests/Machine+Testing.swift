import SerialHarness

extension Machine {
  /// A machine for a test of the kernel. QEMU's translator carries out its instructions: it is the same on
  /// every host, keeps to the time that a test gives it, and tells a triple fault from a reset.
  init(testing start: Start) {
    self.init(start: start)
    accelerator = .tcg
  }
}
