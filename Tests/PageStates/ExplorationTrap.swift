import Foundation

/// Tells which operations an allocator was at where it stops the program, or never returns.
enum ExplorationTrap {
  private static let signals = [SIGILL, SIGTRAP, SIGSEGV, SIGBUS, SIGALRM]
  private static let current = Locked<(explorer: PageExplorer, name: String)?>(nil)

  /// From now on a stop is one of that machine's. What is printed then is not safe in a signal
  /// handler by the letter of POSIX; but the program is at its end, and stopped in the allocator.
  static func set(for explorer: PageExplorer, _ machine: PageMachine) {
    current.withLock { $0 = (explorer, machine.name) }
    for number in signals {
      _ = signal(number) { number in ExplorationTrap.report(number) }
    }
  }

  /// From now on a stop is nobody's.
  static func clear() {
    alarm(0)
    for number in signals { _ = signal(number, SIG_DFL) }
    current.withLock { $0 = nil }
  }

  /// Ends the program, unless this is called again within a minute.
  static func keepAlive() { alarm(60) }

  private static func report(_ signal: Int32) {
    guard let current = current.withLock({ $0 }) else { _exit(1) }
    print("page allocator, \(current.name): stopped by signal \(signal), in one of these:")
    for position in current.explorer.positions { print(PageExploration.text(of: position)) }
    fflush(nil)
    _exit(1)
  }
}
