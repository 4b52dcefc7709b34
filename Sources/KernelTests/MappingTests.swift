import Addressing
import Kernel
import PageAllocator
import Paging
import X86

/// The address space after the boot: what is mapped and unmapped leaves nothing behind.
enum MappingTests {
  static func run(in tests: inout TestRun, _ machine: BootedMachine) {
    tests.run("memory is mapped between guard pages, and comes back") { owned(machine) }
    tests.run("pages are mapped, protected and unmapped") { mapped(machine.memory) }
    tests.run("a device's registers are mapped past the caches") { device(machine.memory) }
    tests.run("what is the kernel's own is refused") { refusals(machine.memory) }
    tests.run("a mapping without frames leaves nothing behind") { exhausted(machine.memory) }
  }

  private static func owned(_ machine: BootedMachine) -> String? {
    let memory = machine.memory
    let before = MachineMemory.freePages
    do throws(MappingError) {
      var first = try MappedMemory(size: 10_000)
      let second = try MappedMemory(size: 4096)
      guard first.size == 12_288, second.size == 4096 else { return "not whole pages" }
      for part in 0..<3 {
        let address = first.address + UInt64(part) * 4096
        guard readRegister64(address.value) == 0 else { return "not zeros" }
        writeWord(UInt64(part), toAddress: address.value)
        guard memory.translate(address)?.permissions == .readWrite else { return "not mapped" }
      }
      for edge in [first.address - 1, first.address + first.size, second.address - 1] {
        guard memory.translate(edge) == nil else { return "no guard page" }
      }
      try first.protect(from: 4096, size: 4096, permissions: .read)
      guard memory.translate(first.address + 4096)?.permissions == .read else {
        return "not protected"
      }
      let address = first.address
      _ = consume first
      guard memory.translate(address) == nil else { return "still mapped" }
    } catch {
      return "not mapped"
    }
    return MachineMemory.freePages == before ? nil : "frames were lost"
  }

  private static func mapped(_ memory: MachineMemory) -> String? {
    let before = MachineMemory.freePages
    guard let frame = try? memory.pages.allocate(FrameRequest(order: 3)) else { return "no frame" }
    let range = AddressRange(at: frame.start, size: 8 * 4096)
    let place = memory.programArea.lowerBound + (1 << 40)
    do throws(MappingError) {
      try memory.map(place, to: range, permissions: .readWrite)
      for page in 0..<UInt64(8) { writeWord(page, toAddress: place.value + page * 4096) }
      for page in 0..<UInt64(8)
      where memory.window.load(UInt64.self, at: frame.start + page * 4096) != page {
        return "a page leads elsewhere"
      }
      try memory.protect(place, size: 4096, permissions: .read)
      try memory.unmap(place + 4096, size: 4096)
      guard memory.translate(place)?.permissions == .read,
        memory.translate(place + 4096) == nil, memory.translate(place + 8192) != nil
      else { return "another page was changed" }
      try memory.unmap(place, size: 4096)
      try memory.unmap(place + 8192, size: 6 * 4096)
    } catch {
      return "refused"
    }
    guard (try? memory.pages.free(frame, order: 3)) != nil else { return "not freed" }
    return MachineMemory.freePages == before ? nil : "the tables' frames were lost"
  }

  /// The local APIC's version register, which is the same by any mapping.
  private static func device(_ memory: MachineMemory) -> String? {
    let before = MachineMemory.freePages
    do throws(MappingError) {
      let registers = try DeviceMemory(
        AddressRange(at: PhysicalAddress(0xfee0_0030), size: 4))
      guard memory.translate(registers.address)?.permissions.cacheMode == .uncached else {
        return "not uncached"
      }
      guard registers.read32(at: 0) & 0xff >= 0x10 else { return "not an APIC's version" }
      let picture = try DeviceMemory(
        AddressRange(at: PhysicalAddress(0xfd00_0000), size: 4096), gatheringWrites: true)
      guard memory.translate(picture.address)?.permissions.cacheMode == .writeCombining else {
        return "not write-combining"
      }
    } catch {
      return "not mapped"
    }
    return MachineMemory.freePages == before ? nil : "frames were lost"
  }

  private static func refusals(_ memory: MachineMemory) -> String? {
    let frame = AddressRange(at: PhysicalAddress(1 << 24), size: 4096)
    for address in [KernelImage.highAddress(of: KernelImage.text.start), VirtualAddress(0)] {
      do throws(MappingError) {
        try memory.map(address, to: frame, permissions: .readWrite)
        return "the kernel's own was mapped over"
      } catch {
        guard case .isKernels = error else { return "another error" }
      }
    }
    do throws(MappingError) {
      _ = try DeviceMemory(frame)
      return "RAM was mapped as a device"
    } catch {
      guard case .isRAM = error else { return "another error" }
    }
    do throws(MappingError) {
      try memory.unmap(memory.programArea.lowerBound, size: 4096)
      return "nothing was unmapped"
    } catch {
      guard case .paging(.notMapped(_)) = error else { return "another error" }
    }
    return nil
  }

  private static func exhausted(_ memory: MachineMemory) -> String? {
    let before = MachineMemory.freePages
    let size = memory.free + (64 << 20)
    do throws(MappingError) {
      _ = try MappedMemory(size: size)
      return "more than all memory was mapped"
    } catch {
      guard case .noFrames = error else {
        if case .paging(.outOfTableFrames) = error {} else { return "another error" }
        return MachineMemory.freePages == before ? nil : "frames were lost"
      }
    }
    return MachineMemory.freePages == before ? nil : "frames were lost"
  }
}
