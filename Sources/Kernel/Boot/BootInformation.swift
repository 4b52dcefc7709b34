import Addressing
import Boot
import Firmware

/// What the boot loader left in memory, checked, and where it is now.
package struct BootInformation {
  /// What it says.
  let contents: LoaderInformation

  /// Changes the copy before it is parsed: the bytes as the loader left them, what they say, and a
  /// function that writes a byte of the copy at an offset. Returns whether it changed anything.
  package typealias Change = (
    _ original: RawSpan, _ contents: LoaderInformation, _ write: (Int, UInt8) -> Void
  ) -> Bool

  /// Parses what the loader left at `address`; Multiboot2's is copied first, so that nothing is
  /// allocated over it.
  ///
  /// Without it there is no memory map, and nothing to boot with: panics where its own header
  /// is broken. A broken tag costs only itself, and a line.
  static func read(from address: PhysicalAddress, changing change: Change) -> BootInformation {
    if boot_loader() == PVH_MAGIC { return BootInformation(contents: read(pvh: address)) }
    let memory = copy(from: address)
    let information = BootInformation(contents: read(memory))
    let original = AddressRange(at: address, size: memory.size)
    let isChanged = kernelWindow.withBytes(of: original) { bytes in
      memory != original
        && change(bytes, information.contents) { offset, byte in
          kernelWindow.store(byte, at: memory.start + UInt64(offset))
        }
    }
    return isChanged ? BootInformation(contents: read(memory)) : information
  }

  @inline(never)
  private static func read(_ memory: AddressRange) -> LoaderInformation {
    guard let bytes = PhysicalBytes(memory, in: kernelWindow) else {
      panic("the boot information can't be seen")
    }
    do throws(Multiboot2Violation) {
      return try LoaderInformation(multiboot2: bytes, log: &console)
    } catch {
      refuse(error)
    }
  }

  private static func copy(from address: PhysicalAddress) -> AddressRange {
    let available = kernelWindow.range.end - address
    let header = AddressRange(at: address, size: Swift.min(8, available))
    let size = kernelWindow.withBytes(of: header) { bytes in
      do throws(Multiboot2Violation) {
        return try Multiboot2.totalSize(of: bytes, available: Int(available))
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

  /// What a PVH loader tells is spread over memory, and is read where it is.
  @inline(never)
  private static func read(pvh address: PhysicalAddress) -> LoaderInformation {
    do throws(LoaderViolation) {
      return try LoaderInformation(pvh: address, through: kernelWindow, log: &console)
    } catch {
      error.write(protocol: "pvh", to: &console)
      panic("the boot information can't be read")
    }
  }

  private static func refuse(_ violation: Multiboot2Violation) -> Never {
    violation.write(to: &console)
    panic("the boot information can't be read")
  }

  /// Prints who loaded the kernel, how, and with what beside it.
  func report() {
    console.write("swift-memblock, loaded by ")
    if let name = contents.loaderName {
      name.withBytes { console.write(utf8: $0) }
    } else if boot_loader() == PVH_MAGIC {
      console.write("a PVH loader")
    } else {
      console.write("a boot loader without a name")
    }
    console.write("\n")
    if let line = contents.commandLine {
      console.write("Kernel command line: ")
      line.withBytes { console.write(utf8: $0) }
      console.write("\n")
    }
    contents.modules?.forEach { module in
      console.write("Module ")
      console.write(memory: module.range)
      console.write(" ")
      module.commandLine?.withBytes { console.write(utf8: $0) }
      console.write("\n")
    }
  }
}
