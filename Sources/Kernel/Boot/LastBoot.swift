public import Addressing
import Console
import Firmware

/// The boot before this one, where its log is still in memory: after a warm reset it is, where the
/// firmware leaves RAM alone and this boot has its log in the same place as the last one.
///
/// Linux keeps the log of a crash so too, in memory of `reserve_mem=` (ramoops).
public struct LastBoot {
  /// How a boot ends.
  public enum Ending: UInt64, Sendable {
    /// It did not: the machine was reset, or lost its power.
    case none = 0
    /// It reported success.
    case success = 1
    /// It reported failure.
    case failure = 2
    /// It panicked.
    case panic = 3
    /// An exception ended it.
    case exception = 4
    /// It switched the machine off.
    case powerOff = 5
    /// It restarted the machine.
    case restart = 6
    /// It started the next kernel.
    case nextKernel = 7

    fileprivate var text: String {
      switch self {
      case .none: "did not end: the machine was reset or lost its power"
      case .success: "ended with success"
      case .failure: "ended with failure"
      case .panic: "ended with a panic"
      case .exception: "ended with an exception"
      case .powerOff: "switched the machine off"
      case .restart: "restarted the machine"
      case .nextKernel: "started this kernel"
      }
    }
  }

  /// How it ended.
  public let ending: Ending

  private let contents: RingLog

  /// What it has printed, as far as it is still there.
  @export(interface)
  public var log: String {
    var text = StringSink()
    contents.replay(to: &text)
    return text.string
  }

  /// Looks for the last boot's log in the memory that this one's is to have, and takes a copy of it. A
  /// line says what was found; none where nothing is.
  static func find(in memory: AddressRange) -> LastBoot? {
    do throws(RingLogDamage) {
      guard let left = try RingLog.left(in: memory, through: kernelWindow) else { return nil }
      guard let ending = Ending(rawValue: left.ending) else { throw RingLogDamage() }
      let copy = allocateEarly(memory.size, for: "log of the last boot")
      earlyUses.note(copy, .metadata)
      kernelWindow.copy(memory, to: copy.start)
      guard let log = try RingLog.left(in: copy, through: kernelWindow) else { return nil }
      console.write("Last boot: it ")
      console.write(ending.text)
      console.write("; ")
      console.write(decimal: log.count)
      console.write(" bytes of its log are kept\n")
      return LastBoot(ending: ending, contents: log)
    } catch {
      console.write("Last boot: its log is damaged, and not used: its check sum is wrong\n")
      return nil
    }
  }

  private init(ending: Ending, contents: RingLog) {
    self.ending = ending
    self.contents = contents
  }
}

/// The boot before this one; written once, by the boot.
@safe nonisolated(unsafe) var lastBoot: LastBoot?

extension BootedMachine {
  /// The boot before this one; `nil` where nothing is known of it.
  public var lastBoot: LastBoot? { Kernel.lastBoot }
}
