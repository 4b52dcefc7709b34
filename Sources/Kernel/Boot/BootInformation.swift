import Addressing
import Boot
import Firmware

/// What the boot loader left in memory, checked, and where its bytes are now.
package struct BootInformation {
  /// Where the bytes are: the copy in the kernel's image, or where the loader put them when
  /// they are too many for it.
  let memory: AddressRange

  /// What they say.
  let contents: Multiboot2Information

  /// Changes the copy before it counts: the bytes as the loader left them, what they say, and a
  /// function that writes a byte of the copy at an offset. Returns whether it changed anything.
  package typealias Change = (
    _ original: RawSpan, _ contents: Multiboot2Information, _ write: (Int, UInt8) -> Void
  ) -> Bool

  /// Copies the information at `address` out of harm's way and checks it.
  ///
  /// Without it there is no memory map, and nothing to boot with: panics where its own header
  /// is broken. A broken tag costs only itself, and a line.
  static func take(from address: PhysicalAddress, changing change: Change) -> BootInformation {
    let memory = boot_loader() == PVH_MAGIC ? gather(from: address) : copy(from: address)
    var contents = read(memory)
    let original = AddressRange(at: address, size: memory.size)
    let isChanged = kernelWindow.withBytes(of: original) { bytes in
      memory != original
        && change(bytes, contents) { offset, byte in
          kernelWindow.store(byte, at: memory.start + UInt64(offset))
        }
    }
    if isChanged { contents = read(memory) }
    return BootInformation(memory: memory, contents: contents)
  }

  private static func read(_ memory: AddressRange) -> Multiboot2Information {
    kernelWindow.withBytes(of: memory) { bytes in
      do throws(Multiboot2Violation) {
        return try Multiboot2Information(reading: bytes, log: &console)
      } catch {
        refuse(error)
      }
    }
  }

  private static func copy(from address: PhysicalAddress) -> AddressRange {
    let available = kernelWindow.range.end - address
    let header = AddressRange(at: address, size: Swift.min(8, available))
    let size = kernelWindow.withBytes(of: header) { bytes in
      do throws(Multiboot2Violation) {
        return try Multiboot2Information.checkedTotalSize(of: bytes, available: Int(available))
      } catch {
        refuse(error)
      }
    }
    let original = AddressRange(at: address, size: UInt64(size))
    let room = KernelImage.bootInformationCopy
    guard original.size <= room.size else {
      console.write("boot information: ")
      console.write(decimal: original.size)
      console.write(" bytes are too many to copy; they are reserved where they are\n")
      return original
    }
    kernelWindow.copy(original, to: room.start)
    return AddressRange(at: room.start, size: original.size)
  }

  /// A PVH loader's words, put together as a Multiboot2 loader would have said them.
  private static func gather(from address: PhysicalAddress) -> AddressRange {
    let available = kernelWindow.range.end - address
    let bytes = AddressRange(at: address, size: Swift.min(PVHStartInfo.size, available))
    let start = kernelWindow.withBytes(of: bytes) { bytes in
      do throws(PVHProblem) {
        return try PVHStartInfo(reading: bytes)
      } catch {
        console.write("PVH start info: ")
        console.write(error.text)
        console.write("\n")
        panic("the boot information can't be read")
      }
    }
    return start.writeMultiboot2(
      into: KernelImage.bootInformationCopy, through: kernelWindow, log: &console)
  }

  private static func refuse(_ violation: Multiboot2Violation) -> Never {
    violation.write(to: &console)
    panic("the boot information can't be read")
  }

  /// Calls `body` with the information's bytes.
  func withBytes<Result, Failure: Error>(
    _ body: (RawSpan) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try kernelWindow.withBytes(of: memory, body)
  }

  /// Prints who loaded the kernel, how, and with what beside it.
  func report() {
    withBytes { bytes in
      console.write("swift-memblock, loaded by ")
      if let name = contents.loaderName {
        console.write(utf8: bytes.extracting(name))
      } else if boot_loader() == PVH_MAGIC {
        console.write("a PVH loader")
      } else {
        console.write("a boot loader without a name")
      }
      console.write("\n")
      if let line = contents.commandLine {
        console.write("Kernel command line: ")
        console.write(utf8: bytes.extracting(line))
        console.write("\n")
      }
      var modules = contents.modules
      while let module = modules.next(in: bytes) {
        console.write("Module ")
        console.write(memory: module.range)
        console.write(" ")
        console.write(utf8: bytes.extracting(module.commandLine))
        console.write("\n")
      }
    }
  }
}
