import Addressing
import MemoryMap

/// What the kernel command line says about memory, by Linux's names and with its meaning.
///
/// `mem=` and `memmap=` change the memory map as they are read, in their order; the others
/// are kept here for those who need them later.
public struct BootOptions: Sendable {
  /// How `numa=fake=` splits the machine.
  public enum FakeNodes: Sendable, Equatable {
    /// Into so many nodes, taken from the machine's nodes in turn.
    case count(UInt64)
    /// Into nodes of so many bytes.
    case size(UInt64)
    /// Each of the machine's nodes into so many of the same size.
    case perNode(UInt64)
  }

  /// An amount of memory for `kernelcore=` and `movablecore=`.
  public enum Amount: Sendable, Equatable {
    /// In bytes.
    case size(UInt64)
    /// In hundredths of all memory.
    case percent(UInt64)
  }

  /// `reserve_mem=size:alignment:name`: memory that is set apart under a name.
  public struct NamedReservation: Sendable {
    /// In bytes.
    public var size: UInt64 = 0
    /// In bytes; at least 64.
    public var alignment: UInt64 = 0
    /// The name.
    public var name = ReservationName()
  }

  /// `memblock=debug`: memblock's steps are logged.
  public internal(set) var isMemblockDebugged = false
  /// `mem=` or `memmap=` changed the map, which must be sanitised and is printed then.
  public internal(set) var changesMap = false
  /// `mem=` was given.
  public internal(set) var hasMemoryLimit = false
  /// `numa=off`: one node, whatever ACPI says.
  public internal(set) var isNUMAOff = false
  /// `numa=noacpi`: ACPI's SRAT is not used.
  public internal(set) var ignoresSRAT = false
  /// `numa=fake=`.
  public internal(set) var fakeNodes: FakeNodes?
  /// `movable_node`: nodes that can be unplugged hold movable memory only.
  public internal(set) var isNodeMovable = false
  /// `kernelcore=` with a size or a percentage.
  public internal(set) var kernelCore: Amount?
  /// `kernelcore=mirror`: all memory that is not mirrored is movable.
  public internal(set) var isKernelCoreMirrored = false
  /// `movablecore=`.
  public internal(set) var movableCore: Amount?
  /// `memtest=`: how many patterns free memory is tested with; 0 for no test.
  public internal(set) var memtestPatterns: UInt64 = 0
  /// `page_poison=`: free pages are filled with a pattern.
  public internal(set) var poisonsPages: Bool?
  /// `add_efi_memmap`: EFI's memory map is added to the loader's.
  public internal(set) var addsEFIMemoryMap = false
  /// `efi=nosoftreserve`: memory marked for a special purpose is ordinary memory.
  public internal(set) var ignoresSoftReservations = false
  /// `acpi=off`: no ACPI tables are read.
  public internal(set) var isACPIOff = false

  /// Up to eight reservations; see ``namedReservationCount``.
  public internal(set) var namedReservations =
    InlineArray<8, NamedReservation>(repeating: NamedReservation())
  /// How many of ``namedReservations`` there are.
  public internal(set) var namedReservationCount = 0

  /// The options of a boot without a command line.
  public init() {}

  /// Reads the options of a command line and applies `mem=` and `memmap=` to `map`. O(n) in
  /// bytes, and O(entries) for each part of `memmap=`.
  ///
  /// Whatever is wrong with an option is one line on the log, and the boot goes on; the option
  /// has the effect that Linux gives it where that is not to lose all memory. An option that
  /// is not known is ignored with a line.
  ///
  /// - Parameters:
  ///   - line: The command line.
  ///   - map: The memory map, as the firmware gave it.
  ///   - kernelOptions: Names of the kernel's own options, separated by spaces, which are
  ///     looked up elsewhere.
  ///   - log: Takes the warnings, and Linux's lines about changes to the map.
  ///
  /// Linux: `parse_early_param`.
  public init(
    reading line: RawSpan, applyingTo map: inout MemoryMap, kernelOptions: String = "",
    log: inout some TextSink & ~Copyable
  ) {
    self.init()
    var cursor = CommandLineCursor(line)
    while let option = cursor.next() {
      if option.hasOpenQuote { OptionProblem.openQuote.write(option.text, to: &log) }
      let problem = record(option, &map, kernelOptions, log: &log)
      problem?.write(option.text, to: &log)
    }
  }

  /// The same for a line that lies in memory somewhere; `nil` is a boot without one.
  public init(
    reading line: PhysicalBytes?, applyingTo map: inout MemoryMap, kernelOptions: String = "",
    log: inout some TextSink & ~Copyable
  ) {
    guard let line else {
      self.init()
      return
    }
    self = line.withBytes { bytes in
      BootOptions(
        reading: bytes, applyingTo: &map, kernelOptions: kernelOptions, log: &log)
    }
  }

  /// Records one option; what is wrong with it comes back.
  private mutating func record(
    _ option: borrowing CommandLineOption, _ map: inout MemoryMap, _ kernelOptions: String,
    log: inout some TextSink & ~Copyable
  ) -> OptionProblem? {
    if option.isNamed("mem") { return parseLimit(option.value, &map, log: &log) }
    if option.isNamed("memmap") { return parseMap(option, &map, log: &log) }
    if option.isNamed("memblock") { return parseMemblock(option.value) }
    if option.isNamed("numa") { return parseNUMA(option.value) }
    if option.isNamed("movable_node") {
      isNodeMovable = true
      return nil
    }
    if option.isNamed("kernelcore") { return parseKernelCore(option.value) }
    if option.isNamed("movablecore") { return Self.parseAmount(option.value, &movableCore) }
    if option.isNamed("reserve_mem") { return parseReservation(option.value) }
    if option.isNamed("memtest") { return parseMemtest(option.value) }
    if option.isNamed("page_poison") { return parsePagePoison(option.value) }
    if option.isNamed("add_efi_memmap") {
      addsEFIMemoryMap = true
      return nil
    }
    if option.isNamed("efi") { return parseEFI(option.value) }
    if option.isNamed("acpi") { return parseACPI(option.value) }
    return isListed(option, kernelOptions) ? nil : .unknown
  }

  /// Whether the option's name is one of `names`, which spaces separate.
  private func isListed(_ option: borrowing CommandLineOption, _ names: String) -> Bool {
    let list = names.utf8Span.span
    var start = 0
    for index in 0...list.count where index == list.count || list[index].isSpace {
      if index - start == option.name.byteCount, index > start {
        var isSame = true
        for place in option.name.byteOffsets
        where option.name[byteAt: place] != list[start + place] {
          isSame = false
        }
        if isSame { return true }
      }
      start = index + 1
    }
    return false
  }
}
