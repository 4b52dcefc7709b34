import Foundation

/// Recorded logs that the tool is run on.
enum Recordings {
  private static let tests = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent()

  /// Firmware maps of real machines, and lines of Linux's boot logs on many more.
  static let machines =
    files("FirmwareTests/Data/Maps", ".txt")
    + files("FirmwareTests/Data/Boots", ".tables") + debugLogs

  /// Boots of Linux 6.12 and 7.3.4 with `memblock=debug`, as they came from the serial port; those of
  /// 7.3.4 up to the line of what there is in all.
  static let debugLogs = files("MemblockToolTests/Data", ".log")

  private static func files(_ folder: String, _ ending: String) -> [String] {
    let url = tests.appending(path: folder)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: url.path)) ?? []
    return names.filter { $0.hasSuffix(ending) }.sorted().map { url.appending(path: $0).path }
  }

  /// The path of a firmware map.
  static func map(_ name: String) -> String {
    tests.appending(path: "FirmwareTests/Data/Maps/\(name).txt").path
  }

  /// A boot of Linux 7.1 on a laptop.
  static let linux7 = tests.appending(
    path: "MemblockToolTests/Data/linux-7.1-thinkpad-t14.dmesg"
  ).path

  /// A boot of the kernel here, with `memblock=debug` and 4 GiB.
  static let ownKernel = tests.appending(path: "MemblockToolTests/Data/own-4g.serial").path

  /// The path of a debug log.
  static func debugLog(_ name: String, of version: String = "6.12") -> String {
    tests.appending(path: "MemblockToolTests/Data/linux-\(version)-\(name).log").path
  }
}
