import Addressing
import LoaderInformation

/// The start information of PVH, with which hypervisors start a kernel without a boot loader: Xen,
/// QEMU's `-kernel`, Firecracker, Cloud Hypervisor (Xen's `start_info.h`, version 1).
///
/// ```
///   0 magic 0x336ec578   4 version            8 flags         12 number of modules
///  16 modules           24 command line      32 root pointer  40 memory map
///  48 entries of the memory map              52 reserved      from version 1 on, 56 bytes
/// ```
///
/// All addresses are physical; 0 stands for what is not there.
extension LoaderInformation {
  /// Reads the start information. O(n) in its tables and texts.
  ///
  /// - Parameters:
  ///   - address: Where it is; the kernel finds that in EBX.
  ///   - window: Where physical memory can be seen, now and as long as the information is used.
  ///   - log: Takes a line for each piece that is broken; it costs itself, but for modules whose
  ///     memory passes 2^64: they end there.
  /// - Throws: where this is no start information.
  public init(
    pvh address: PhysicalAddress, through window: PhysicalMemoryWindow,
    log: inout some TextSink & ~Copyable
  ) throws(LoaderViolation) {
    let start = try PVHStartInformation(at: address, in: window)
    self.init()
    read(start, through: window, log: &log)
  }

  /// Not in place: the compiler would copy all fields where the initialiser ends.
  @inline(never)
  private mutating func read(
    _ start: PVHStartInformation, through window: PhysicalMemoryWindow,
    log: inout some TextSink & ~Copyable
  ) {
    structures = start.structures
    func trying(_ body: () throws(LoaderViolation) -> Void) {
      do throws(LoaderViolation) { try body() } catch { error.write(protocol: "pvh", to: &log) }
    }
    trying { () throws(LoaderViolation) in
      commandLine = try Self.text(.commandLine, at: start.commandLine, in: window)
    }
    trying { () throws(LoaderViolation) in
      memoryMap = try start.memoryMap.map { bytes in
        LoaderList(bytes) { records, position in
          defer { position += PVHStartInformation.memoryEntrySize }
          return LoaderMemoryRange(e820: records, at: position)
        }
      }
    }
    trying { () throws(LoaderViolation) in
      guard let table = try start.modules else { return }
      modules = LoaderList(table) { records, position in
        PVHStartInformation.nextModule(in: records, &position)
      }
    }
    var position = 0
    while let table = try? start.modules, position < table.count {
      PVHStartInformation.checkModule(in: table, at: position, log: &log)
      position += PVHStartInformation.moduleEntrySize
    }
    guard start.rootPointer != .zero else { return }
    setRootPointer(at: start.rootPointer, in: window)
    if acpiRootPointer == nil, acpiOldRootPointer == nil {
      LoaderViolation(.rootPointer, at: start.rootPointer.value, .unreachable)
        .write(protocol: "pvh", to: &log)
    }
  }
}
