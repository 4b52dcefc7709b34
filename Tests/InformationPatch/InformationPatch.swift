public import Addressing
public import LoaderInformation
import Multiboot2

/// Changes to the boot information that a test hands to the kernel in a boot module: what a
/// broken boot loader or firmware could have said.
///
/// A patch is a list of records: a tag's type, a distance from that tag's start, a number of
/// bytes, each four bytes long, and the bytes to write there. Type 2^32 − 1 stands for the
/// information's own header. What isn't there is passed over.
public enum InformationPatch {
  /// The command line of the module that holds a patch.
  public static var moduleName: String { "patch-information" }

  /// The memory of the first module that is a patch; `nil` where there is none.
  public static func find(in information: LoaderInformation) -> AddressRange? {
    let module = information.modules?.first { module in
      module.commandLine?.withBytes { $0.isEqual(to: moduleName) } ?? false
    }
    return module?.range
  }

  /// Calls `write` with each offset of the information and the byte that is to stand there.
  ///
  /// - Parameters:
  ///   - patch: The module's bytes.
  ///   - original: The information as the loader left it: offsets are found in it.
  public static func apply(
    _ patch: RawSpan, to original: RawSpan, write: (_ offset: Int, _ byte: UInt8) -> Void
  ) {
    guard let totalSize = try? Multiboot2.totalSize(of: original) else { return }
    var position = 0
    while let type = patch.littleEndian(UInt32.self, at: position),
      let distance = patch.littleEndian(UInt32.self, at: position + 4),
      let count = patch.littleEndian(UInt32.self, at: position + 8)
    {
      let start = position + 12
      guard patch.byteCount - start >= Int(count) else { return }
      position = start + Int(count)
      guard let place = offset(of: type, in: original, totalSize) else { continue }
      for index in 0..<Int(count) {
        let target = place + Int(distance) + index
        if target < totalSize { write(target, patch[byteAt: start + index]) }
      }
    }
  }

  private static func offset(of type: UInt32, in bytes: RawSpan, _ totalSize: Int) -> Int? {
    if type == .max { return 0 }
    var cursor = Multiboot2TagCursor(bytes.extracting(0..<totalSize))
    while let tag = try? cursor.nextPlace() {
      if tag.type == type { return tag.offset }
    }
    return nil
  }
}
