import Addressing
import EFI
import LoaderInformation

/// The Limine boot protocol: answers to requests, spread over memory that the map calls
/// reclaimable, and that is in use until the kernel has read them.
extension LoaderInformation {
  /// Reads the answers. O(n) in their tables and texts.
  ///
  /// - Parameters:
  ///   - responses: Where the answers are.
  ///   - window: Physical memory as the loader maps it in the higher half: its offset is the one
  ///     in the answer to the request for the direct map. It must stay as long as the information
  ///     is used.
  ///   - log: Takes a line for each piece that is broken; it costs itself.
  public init(
    limine responses: LimineResponses, through window: PhysicalMemoryWindow,
    log: inout some TextSink & ~Copyable
  ) {
    self.init()
    let reader = LimineReader(window: window)
    func trying(_ body: () throws(LoaderViolation) -> Void) {
      do throws(LoaderViolation) { try body() } catch { error.write(protocol: "limine", to: &log) }
    }
    trying { () throws(LoaderViolation) in
      loaderName = try reader.text(.loaderName, behind: responses.bootloaderInfo)
    }
    trying { () throws(LoaderViolation) in
      commandLine = try reader.text(.commandLine, behind: responses.executableCommandLine)
    }
    trying { () throws(LoaderViolation) in
      framebuffer = try reader.framebuffer(responses.framebuffer)
    }
    trying { () throws(LoaderViolation) in
      efiMemoryMap = try reader.efiMemoryMap(responses.efiMemoryMap)
    }
    trying { () throws(LoaderViolation) in
      efiSystemTable = try reader.address(.startStructure, responses.efiSystemTable)
    }
    trying { () throws(LoaderViolation) in
      guard let address = try reader.address(.rootPointer, responses.rootPointer) else { return }
      setRootPointer(at: address, in: window)
      if acpiRootPointer == nil, acpiOldRootPointer == nil {
        throw LoaderViolation(.rootPointer, at: address.value, .unreachable)
      }
    }
    trying { () throws(LoaderViolation) in
      guard let response = responses.memoryMap else { return }
      let table = try reader.pointers(.memoryMap, of: response)
      memoryMap = LoaderList(table) { table, position in
        LimineReader.next(in: table, &position) { (reader, pointer) throws(LoaderViolation) in
          try reader.memoryRange(at: pointer)
        }
      }
      LimineReader.check(table, log: &log) { (reader, pointer) throws(LoaderViolation) in
        _ = try reader.memoryRange(at: pointer)
      }
    }
    trying { () throws(LoaderViolation) in
      guard let response = responses.modules else { return }
      let table = try reader.pointers(.modules, of: response)
      modules = LoaderList(table) { table, position in
        LimineReader.next(in: table, &position) { (reader, pointer) throws(LoaderViolation) in
          try reader.module(at: pointer)
        }
      }
      LimineReader.check(table, log: &log) { (reader, pointer) throws(LoaderViolation) in
        try reader.checkModule(at: pointer)
      }
    }
  }
}
