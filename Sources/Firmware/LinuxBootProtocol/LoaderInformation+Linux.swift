import Addressing
import EFI
import LoaderInformation

/// Linux's own boot protocol on x86, as a kernel finds it that is started at its 32-bit or 64-bit
/// entry: boot parameters in one page, and what they point at.
extension LoaderInformation {
  /// Reads the boot parameters. O(n) in their tables and texts.
  ///
  /// - Parameters:
  ///   - address: Where they are; the kernel finds that in RSI.
  ///   - window: Where physical memory can be seen, now and as long as the information is used.
  ///   - log: Takes a line for each piece that is broken; it costs itself, but for a RAM disk that
  ///     passes 2^64: it ends there.
  /// - Throws: where these are no boot parameters.
  public init(
    linux address: PhysicalAddress, through window: PhysicalMemoryWindow,
    log: inout some TextSink & ~Copyable
  ) throws(LoaderViolation) {
    let parameters = try LinuxBootParameters(at: address, in: window)
    self.init()
    structures = parameters.structures
    modules = parameters.modules
    efiSystemTable = parameters.efiSystemTable
    let upperKiB = Swift.max(UInt32(parameters.field16(0x02)), parameters.field32(0x1e0))
    if upperKiB > 0 { basicMemory = BasicMemory(lowerKiB: 0, upperKiB: upperKiB) }
    let map = parameters.memoryMap
    if map.count > 0 { memoryMap = map }

    func trying(_ body: () throws(LoaderViolation) -> Void) {
      do throws(LoaderViolation) { try body() } catch { error.write(protocol: "linux", to: &log) }
    }
    trying { () throws(LoaderViolation) in
      commandLine = try Self.text(.commandLine, at: parameters.commandLine, in: window)
    }
    trying { () throws(LoaderViolation) in framebuffer = try parameters.framebuffer }
    trying { () throws(LoaderViolation) in efiMemoryMap = try parameters.efiMemoryMap }
    trying { () throws(LoaderViolation) in
      if parameters.statedEntryCount > LinuxBootParameters.entryLimit {
        throw LoaderViolation(.memoryMap, at: address.value + 0x2d0, .tooMany)
      }
    }
    trying { () throws(LoaderViolation) in
      var index = 0
      while let piece = try parameters.appended(index) {
        index += 1
        let isCut = piece.data.count % LinuxBootParameters.entrySize != 0
        if piece.type == LinuxBootParameters.moreEntries, isCut {
          throw LoaderViolation(.memoryMap, at: piece.memory.start.value, .entrySizeInvalid)
        }
      }
    }
    trying { () throws(LoaderViolation) in
      let disk = AddressRange(
        at: PhysicalAddress(parameters.ramdiskStart), size: parameters.ramdiskSize)
      if disk.size != parameters.ramdiskSize {
        throw LoaderViolation(.modules, at: parameters.ramdiskStart, .passesEnd)
      }
    }
    guard parameters.rootPointer != .zero else { return }
    setRootPointer(at: parameters.rootPointer, in: window)
    if acpiRootPointer == nil, acpiOldRootPointer == nil {
      LoaderViolation(.rootPointer, at: parameters.rootPointer.value, .unreachable)
        .write(protocol: "linux", to: &log)
    }
  }
}

/// The zero page's `struct efi_info`, from 0x1c0.
extension LinuxBootParameters {
  /// Whether EFI started the loader: "EL32" or "EL64".
  private var hasEFI: Bool { field32(0x1c0) == 0x3233_4c45 || field32(0x1c0) == 0x3436_4c45 }

  var efiSystemTable: PhysicalAddress? {
    hasEFI ? PhysicalAddress(number(low: 0x1c4, high: 0x1d8)) : nil
  }

  var efiMemoryMap: EFIMemoryMap? {
    get throws(LoaderViolation) {
      let size = UInt64(field32(0x1d4))
      guard hasEFI, size > 0 else { return nil }
      let address = number(low: 0x1d0, high: 0x1dc)
      guard let bytes = PhysicalBytes(at: PhysicalAddress(address), count: size, in: bytes.window)
      else { throw LoaderViolation(.efiMemoryMap, at: address, .unreachable) }
      guard let map = EFIMemoryMap(bytes, descriptorSize: UInt64(field32(0x1c8))) else {
        throw LoaderViolation(.efiMemoryMap, at: address, .entrySizeInvalid)
      }
      return map
    }
  }
}
