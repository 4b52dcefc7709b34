public import Addressing
import Firmware
public import Memblock
import PageAllocator

/// The kernel that has started this one and has left memory to it (``NextKernel``).
///
/// What it has kept is reserved: the page allocator gives none of it away, and it holds what it held,
/// byte for byte, until this kernel ends. The kernel after this one gets it where it is preserved anew.
public struct LastKernel {
  let table: PreservationTable

  /// The text of the module that has the table.
  static var moduleName: String { "preserved-memory" }

  /// Whether a module is the one that has the table.
  static func isTable(_ module: LoaderModule) -> Bool {
    module.commandLine?.withBytes { $0.isEqual(to: moduleName) } ?? false
  }

  /// Looks for what a last kernel has left, before anything is allocated. A line says what was found, and
  /// what is wrong with a table that is not used; none where there is none.
  static func find(in information: LoaderInformation) -> LastKernel? {
    guard let module = information.modules?.first(where: isTable) else { return nil }
    do throws(PreservationViolation) {
      guard let bytes = PhysicalBytes(module.range, in: kernelWindow) else { throw .table(.length) }
      let table = try PreservationTable(checking: bytes)
      try table.check(against: memoryMap, memblock)
      console.write("Last kernel: number ")
      console.write(decimal: table.generation)
      console.write(", has left ")
      console.write(decimal: UInt64(table.count))
      console.write(" entries\n")
      return LastKernel(table: table)
    } catch {
      console.write("Last kernel: what it has left is not used, this is a cold start: ")
      error.write(to: &console)
      console.write("\n")
      return nil
    }
  }
}

/// The last kernel; written once, by the boot.
@safe nonisolated(unsafe) var lastKernel: LastKernel?

extension BootedMachine {
  /// The kernel that has started this one; `nil` after a cold start.
  public var lastKernel: LastKernel? { Kernel.lastKernel }

  /// The memory that `reserve_mem=` has set apart under a name, in this boot or in an earlier one that has
  /// handed it on; `nil` where there is none.
  @export(interface)
  public func reservation(named name: String) -> AddressRange? {
    memblock.reservation(named: name.utf8Span.span.raw)
  }
}

/// Memory that was kept under a name.
public struct PreservedMemory: Equatable, Sendable {
  /// The name.
  public let name: String

  /// The physical memory.
  public let range: AddressRange

  init(_ entry: PreservationTable.Entry) {
    var text = StringSink()
    entry.name.forEachByte { text.write($0) }
    name = text.string
    range = entry.range
  }
}

extension LastKernel {
  /// How many kernels have handed on so far: 1 in the first one that has found something.
  public var generation: UInt64 { table.generation }

  /// What it has preserved, in the order of addresses. Several ranges may have one name. O(n).
  @export(interface)
  public var preserved: [PreservedMemory] { entries(.pages) }

  /// What its `reserve_mem=` had set apart. O(n).
  @export(interface)
  public var reservations: [PreservedMemory] { entries(.named) }

  /// Memblock's table of memory in that kernel, with nodes and flags. O(n).
  @export(interface)
  public var memory: [Region] { regions(.memory) }

  /// Memblock's table of what was taken in that kernel, with nodes and flags. O(n).
  @export(interface)
  public var reserved: [Region] { regions(.reserved) }

  /// Gives what the last kernel has preserved under a name to the page allocator, which it then is as all
  /// other memory: for what is no longer needed. A second call does nothing. O(n).
  ///
  /// - Returns: how many frames are free now.
  @discardableResult
  @export(interface)
  public func release(named name: String) -> UInt64 {
    var count: UInt64 = 0
    for memory in preserved where memory.name == name {
      if let frames = memory.range.wholeFrames { count += pages?.release(frames) ?? 0 }
    }
    return count
  }

  @export(interface)
  private func entries(_ kind: PreservationTable.Kind) -> [PreservedMemory] {
    (0..<table.count).filter { table[$0].kind == kind }.map { PreservedMemory(table[$0]) }
  }

  @export(interface)
  private func regions(_ kind: PreservationTable.Kind) -> [Region] {
    (0..<table.count).filter { table[$0].kind == kind }.map { index in
      let entry = table[index]
      return Region(
        base: entry.range.start, size: entry.range.size, flags: entry.flags, node: entry.node)
    }
  }
}
