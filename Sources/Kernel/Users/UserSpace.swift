public import Addressing
import Boot
import PageAllocator
public import Paging
import X86

/// An address space for a program in ring 3: memory of its own, which no other program sees, beside the
/// kernel, which it does not see.
///
/// ```swift
/// let space = try UserSpace()
/// try space.allocate(code, size: 4096, permissions: .readExecute)
/// try space.write(program, at: code)
/// var context = UserContext(entry: code, stack: stackEnd)
/// while case .systemCall = space.run(&context) { … }
/// ```
/// To run a program is a call that returns when the program wants something of the kernel, or has done
/// what it may not. The kernel decides then, in ordinary code, what becomes of the program: there is
/// nothing to clean up but the address space, which goes back to the page allocator when it is
/// dropped.
///
/// Its memory is in `MachineMemory.programArea`, in which the kernel's own mappings are not seen while
/// a program runs. The kernel reaches it by `read` and `write`, never by the program's addresses, so
/// that these need not be trusted; where the processor has SMAP, it faults on one that is used.
public final class UserSpace {
  private let space: UserTables

  /// Makes an address space with no memory. It takes a frame for each table.
  public init() throws(MappingError) {
    space = try UserTables()
  }

  deinit { space.drop() }

  /// Allocates memory for the program, filled with zeros; `.noFrames` where there is none left, and
  /// nothing is allocated then. O(n) in pages.
  ///
  /// - Parameters:
  ///   - address: Where it starts; a multiple of 4 KiB in `MachineMemory.programArea`.
  ///   - size: In bytes; a multiple of 4 KiB.
  ///   - permissions: What the program may do with it. The kernel may do more.
  public func allocate(
    _ address: VirtualAddress, size: UInt64, permissions: PagePermissions
  ) throws(MappingError) {
    try check(address, size: size)
    var permissions = permissions
    permissions.user = true
    try AddressSpace.exclusively { () throws(MappingError) in
      if let taken = space.tables?.firstMapped(from: address, size: size) {
        throw .paging(.alreadyMapped(taken))
      }
      var done: UInt64 = 0
      do throws(MappingError) {
        while done < size {
          try addPage(address + done, permissions)
          done += PageFrameNumber.size
        }
      } catch {
        try? remove(address, size: done)
        throw error
      }
    }
  }

  /// Gives memory back that was allocated. Either all of it or nothing. O(n) in pages.
  ///
  /// - Parameters:
  ///   - address: Where it starts; a multiple of 4 KiB.
  ///   - size: In bytes; a multiple of 4 KiB.
  public func free(_ address: VirtualAddress, size: UInt64) throws(MappingError) {
    try check(address, size: size)
    try AddressSpace.exclusively { () throws(MappingError) in
      try remove(address, size: size)
    }
  }

  /// Where an address leads in this address space, the kernel's too; `nil` where nothing is mapped.
  public func translate(_ address: VirtualAddress) -> Translation? {
    AddressSpace.exclusively { space.tables?.translate(address) }
  }

  /// Where an address of the program's own memory leads.
  private func physicalAddress(of address: VirtualAddress) -> PhysicalAddress? {
    guard let found = translate(address), found.permissions.user else { return nil }
    return found.address
  }

  /// Writes bytes to the program's memory, whatever the program may do there.
  ///
  /// - Parameters:
  ///   - bytes: The bytes.
  ///   - address: Where they start; any number.
  /// - Throws: `.paging(.notMapped(_))` with the first address that is not mapped; what is before it is
  ///   written.
  public func write(_ bytes: RawSpan, at address: VirtualAddress) throws(MappingError) {
    for offset in bytes.byteOffsets {
      let byte = VirtualAddress(address.value &+ UInt64(offset))
      guard let target = physicalAddress(of: byte) else { throw .paging(.notMapped(byte)) }
      kernelWindow.store(bytes[byteAt: offset], at: target)
    }
  }

  /// Reads bytes of the program's memory.
  ///
  /// - Parameters:
  ///   - count: How many; what a program says must be limited before.
  ///   - address: Where they start; any number.
  /// - Returns: the bytes; `nil` where not all of them are mapped.
  public func read(_ count: Int, at address: VirtualAddress) -> [UInt8]? {
    var bytes: [UInt8] = []
    for offset in 0..<count {
      let byte = VirtualAddress(address.value &+ UInt64(offset))
      guard let source = physicalAddress(of: byte) else { return nil }
      bytes.append(kernelWindow.load(at: source))
    }
    return bytes
  }

  /// Lets the program run on this processor until it makes a system call or does what it may not.
  /// Interrupts that come meanwhile are handled, and a timer may take the processor from the thread
  /// that calls this.
  ///
  /// - Parameter context: What the program goes on with, and afterwards what it has left. One address
  ///   space may have several of these, each for a thread of the program.
  public func run(_ context: inout UserContext) -> UserStop {
    guard MachineMemory().programArea.contains(VirtualAddress(context.frame.instructionPointer))
    else { return .fault(UserFault(leadingOutside: context)) }
    context.confine()
    return withInterruptsOff {
      guard let root = space.tables?.root.value, let kernel = UserMode.kernelRoot else {
        panic("a program's address space has no tables")
      }
      writeControlRegister3(root)
      // SAFETY: the assembly reads and writes the structure until it returns, and keeps no address.
      unsafe user_run(&context.saved, ProcessorArea.currentTaskState)
      let address = readControlRegister2()
      writeControlRegister3(kernel)
      let frame = context.saved.frame
      guard frame.vector != UInt64(SYSTEM_CALL_VECTOR) else { return .systemCall }
      return .fault(UserFault(frame, pageFaultAddress: address))
    }
  }

  private func addPage(
    _ address: VirtualAddress, _ permissions: PagePermissions
  ) throws(MappingError) {
    try MappedMemory.withZeroedFrame { (page) throws(MappingError) in
      var frames = PageAllocatorFrames()
      do throws(PagingError) {
        try space.tables?.map(address, to: page, permissions: permissions, frames: &frames)
      } catch {
        throw .paging(error)
      }
    }
  }

  private func remove(_ address: VirtualAddress, size: UInt64) throws(MappingError) {
    var frames = PageAllocatorFrames()
    var released = FrameChain()
    do throws(PagingError) {
      try space.tables?.unmap(address, size: size, frames: &frames) { address, page, _ in
        invalidatePage(at: address.value)
        released.add(page)
      }
    } catch {
      throw .paging(error)
    }
    Shootdown.run(address, size: size)
    frames.released.free()
    released.free()
  }

  private func check(_ address: VirtualAddress, size: UInt64) throws(MappingError) {
    let area = MachineMemory().programArea
    guard area.contains(address), size <= area.upperBound - address else { throw .isKernels }
  }
}

extension UserFault {
  /// From the registers that a program has left.
  fileprivate init(_ frame: interrupt_frame, pageFaultAddress: UInt64) {
    vector = UInt8(truncatingIfNeeded: frame.vector)
    errorCode = frame.error_code
    instruction = VirtualAddress(frame.rip)
    address = frame.vector == ExceptionVector.pageFault ? VirtualAddress(pageFaultAddress) : nil
  }

  /// For an instruction pointer outside the program's part of the address space: what the processor
  /// would say, which may not even be able to go there.
  fileprivate init(leadingOutside context: UserContext) {
    vector = 13
    errorCode = 0
    instruction = VirtualAddress(context.saved.frame.rip)
    address = nil
  }
}
