import Addressing
import Firmware
import Memblock
import SimulatedMemory

/// One pass of the firmware's reports through the whole set-up, whatever they say, and a
/// judgement of what came out. Bad reports may end in an error; they may not end in a wrong
/// table.
struct FirmwareRun {
  /// What ended the run early; `nil` where it came to its end.
  private(set) var error: String?
  /// What is wrong with the result; `nil` where nothing is.
  private(set) var fault: String?
  /// What was printed.
  private(set) var log = TextLog()

  /// Boots from this information, with ACPI's tables in `low`, the machine's first MiB.
  init(information bytes: [UInt8], low: SimulatedMemory) {
    let kernel = AddressRange(at: PhysicalAddress(0x20_0000), size: 0x10_0000)
    let held = SimulatedMemory(bytes, at: 0x10_0000_0000)
    let information: LoaderInformation
    do throws(Multiboot2Violation) {
      information = try LoaderInformation(multiboot2: held.bytes, log: &log)
    } catch {
      self.error = "\(error.rule)"
      return
    }
    check(information, held.range)
    run(information, low: low, kernel: kernel)
    checkLog()
  }

  /// The log is a terminal's: nothing in it moves the cursor.
  private mutating func checkLog() {
    for byte in log.text.utf8 where byte != 0x0a && (byte < 0x20 || byte >= 0x7f) {
      fault = fault ?? "a byte \(byte) in the log"
    }
  }

  /// Boots from what a loader says, whichever it is.
  init(_ information: LoaderInformation, low: SimulatedMemory, log: TextLog = TextLog()) {
    self.log = log
    let kernel = AddressRange(at: PhysicalAddress(0x20_0000), size: 0x10_0000)
    run(information, low: low, kernel: kernel)
    checkLog()
  }

  private mutating func run(
    _ information: LoaderInformation, low: SimulatedMemory, kernel: AddressRange
  ) {
    var map = MemoryMap()
    let (options, end) = map.setUp(from: information, kernel: kernel, log: &log)
    check(map, "at the end")
    var memblock = Memblock()
    memblock.currentLimit = low.range.end
    do throws(MemblockError) {
      try memblock.reserveTakenMemory(kernel: kernel, information, through: low.window)
      memblock.allowResize(through: low.window)
      try memblock.addRAM(of: map, information, log: &log)
      let total = checkedSize(memblock)
      try memblock.reserveFirstMebibyte()
      var topology = NUMATopology()
      var emulation = NodeEmulation()
      var tables = ACPITables()
      try topology.findNodes(
        of: &memblock, information, options, endOfRAM: end, tables: &tables, through: low.window,
        emulation: &emulation, log: &log)
      check(memblock, map, topology, total)
      memblock.allocateNamedReservations(options, log: &log)
    } catch {
      self.error = "\(error)"
    }
  }

  /// All pieces of Multiboot2's information lie in it.
  private mutating func check(_ information: LoaderInformation, _ all: AddressRange) {
    let ranges = [
      information.commandLine?.range, information.loaderName?.range,
      information.acpiRootPointer?.range, information.acpiOldRootPointer?.range,
      information.efiMemoryMap?.memory, information.elfSections?.memory,
    ]
    for range in ranges.compactMap(\.self) where !all.contains(range) {
      fault = fault ?? "\(range) is outside of the information"
    }
    information.modules?.forEach { module in
      if let line = module.commandLine, !all.contains(line.range) {
        fault = fault ?? "\(line.range) is outside of the information"
      }
    }
  }

  private mutating func check(_ map: borrowing MemoryMap, _ moment: String) {
    var last = PhysicalAddress(0)
    for index in 0..<map.count {
      if map[index].isEmpty || map[index].start < last {
        fault = fault ?? "entry \(index) of the map \(moment): \(map[index])"
      }
      last = map[index].end
    }
  }

  /// The bytes of memory, which must be whole pages until a node ends inside one.
  private mutating func checkedSize(_ memblock: borrowing Memblock) -> UInt64 {
    var size: UInt64 = 0
    for index in memblock.memory.indices {
      let region = memblock.memory[index]
      size += region.size
      if !region.base.isAligned(to: 4096) || region.size % 4096 != 0 || region.size == 0 {
        fault = fault ?? "region \(index) is not whole pages: \(region)"
      }
    }
    return size
  }

  /// Memory is what the map calls usable, each byte on one possible node or none.
  private mutating func check(
    _ memblock: borrowing Memblock, _ map: borrowing MemoryMap,
    _ topology: borrowing NUMATopology, _ total: UInt64
  ) {
    var size: UInt64 = 0
    for index in memblock.memory.indices {
      let region = memblock.memory[index]
      size += region.size
      if region.node.isValid, !topology.possibleNodes.contains(region.node) {
        fault = fault ?? "region \(index) is on a node that can't be: \(region)"
      }
      for place in 0..<map.count
      where map[place].type != .usable && map[place].range.overlaps(region.range) {
        fault = fault ?? "region \(index) is not usable: \(region), \(map[place])"
      }
    }
    if size != total { fault = fault ?? "nodes changed memory from \(total) to \(size) bytes" }
  }
}

extension SimulatedMemory {
  /// Memory that holds these bytes and no more, so that a read past them is found.
  convenience init(_ bytes: [UInt8], at address: UInt64) {
    self.init(at: address, size: bytes.count)
    put(bytes, at: address)
  }

  /// All of it.
  var bytes: PhysicalBytes {
    guard let bytes = PhysicalBytes(range, in: window) else { fatalError("outside the window") }
    return bytes
  }

  /// Puts bytes at an address; what passes the end is left out.
  func put(_ bytes: [UInt8], at address: UInt64) {
    for (index, byte) in bytes.enumerated() {
      let place = PhysicalAddress(address + UInt64(index))
      if range.contains(place) { window.store(byte, at: place) }
    }
  }

  /// Puts ACPI tables where the BIOS has them, with a root pointer, and the BIOS's own data.
  ///
  /// - Parameter entries: The root table's entries; `nil` for the tables' addresses.
  func placeACPI(_ tables: [[UInt8]], entries: [UInt32]? = nil) {
    window.fill(AddressRange(at: PhysicalAddress(0x400), size: 0x100))
    window.fill(AddressRange(from: PhysicalAddress(0xe_0000), to: PhysicalAddress(0x10_0000)))
    // 639 KiB of memory, and the extended BIOS data area above them, as on QEMU's PC.
    put(Multiboot2Builder.little(UInt16(639)), at: 0x413)
    put(Multiboot2Builder.little(UInt16(0x9fc0)), at: 0x40e)
    guard !tables.isEmpty else { return }
    var place: UInt64 = 0xe_1000
    var addresses: [UInt32] = []
    for table in tables {
      put(table, at: place)
      addresses.append(UInt32(place))
      place = (place + UInt64(table.count)).alignedUp(to: 16)
    }
    let list = (entries ?? addresses).flatMap { Multiboot2Builder.little($0) }
    put(ACPIBuilder.table("RSDT", list), at: 0xe_0100)
    put(ACPIBuilder.rootPointer(rsdt: 0xe_0100), at: 0xe_0040)
  }
}
