import Addressing
import ArgumentParser
import Memblock
import MemblockTrace
import Paging
import Replay

/// What a replay lets one choose beside the log.
struct MachineOptions: ParsableArguments {
  @Option(
    help: """
      Where the kernel's image lies, SIZE@START (K, M, G and 0x are understood); the log's, or \
      45124K@16M.
      """)
  var image: String?

  @Option(help: "The largest page that the processor can map: 4K, 2M or 1G.")
  var page = "1G"

  @Option(
    help: """
      The Linux whose rules memblock follows: \(LinuxRules.versionNames); the log's where it says \
      which it is.
      """)
  var linux: String?

  /// The machine of the log, as the options want it.
  ///
  /// - Parameter commandLine: The kernel's command line; `nil` for the log's.
  func machine(_ input: LogFiles, commandLine: String? = nil) throws -> ReplayMachine {
    guard var machine = ReplayMachine(input.log) else {
      throw ToolFailure.badInput(
        "\(input.names.joined(separator: ", ")): no map of memory to boot with; expected lines "
          + "like 'BIOS-e820: [mem 0x…-0x…] usable', /proc/iomem or a boot loader's map")
    }
    if let commandLine { machine.commandLine = commandLine }
    if let image {
      let parts = image.split(separator: "@", omittingEmptySubsequences: false)
      guard parts.count == 2, let size = TraceLine.number(parts[0]), size > 0,
        let start = TraceLine.number(parts[1]), start <= .max - size
      else { throw ToolFailure.badInput("--image '\(image)': expected SIZE@START, as 45124K@16M") }
      machine.image = (start, size)
    }
    guard let largest = ["4K": PageSize.fourKiB, "2M": .twoMiB, "1G": .oneGiB][page] else {
      throw ToolFailure.badInput("--page '\(page)': expected 4K, 2M or 1G")
    }
    machine.largestPage = largest
    if let linux { machine.rules = try LinuxRules(option: linux) }
    // A page's entry has 8 bytes, and all entries are written.
    let ram = machine.map.filter { $0.type == 1 }.reduce(0) { $0 &+ ($1.last &- $1.start &+ 1) }
    let tables = ram / largest.bytes * 8
    guard tables <= 2 << 30 else {
      throw ToolFailure.badInput(
        "--page '\(page)': the page tables of \(Words.size(ram)) of RAM would take "
          + "\(Words.size(tables)), and 2 GiB are the most that is simulated; expected larger pages"
      )
    }
    return machine
  }
}

extension LinuxRules {
  /// The rules that `--linux` asks for.
  init(option name: String) throws {
    guard let version = Self.versions.first(where: { $0.name == name }) else {
      throw ToolFailure.badInput("--linux '\(name)': expected \(Self.versionNames)")
    }
    self = version.rules
  }
}

extension BootReplay {
  /// Boots a machine in memory of its size, of which only what is touched is there.
  static func run(_ machine: ReplayMachine) throws -> BootReplay {
    let bytes = machine.windowSize
    guard let memory = SparseMemory(byteCount: Int(bytes)) else {
      throw ToolFailure.failure("no address space for \(Words.size(bytes)) of simulated memory")
    }
    let recorder = ReplayRecorder(
      sink: { unsafe operationText.append($0) },
      take: {
        defer { unsafe operationText.removeAll(keepingCapacity: true) }
        return unsafe operationText
      })
    return withExtendedLifetime(memory) {
      BootReplay(machine, in: memory.window, recorder: recorder)
    }
  }
}

// SAFETY: the tool has one thread.
nonisolated(unsafe) private var operationText: [UInt8] = []
