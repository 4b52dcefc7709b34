import Foundation
import SerialHarness
import Testing

struct ScreenshotTests {
  private func make(_ samples: [UInt8], width: Int = 2) -> Screenshot? {
    Screenshot(ppm: Array("P6\n\(width) \(samples.count / 3 / width)\n255\n".utf8) + samples)
  }

  @Test func pixelsAreRead() throws {
    let picture = try #require(make([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]))
    #expect((picture.width, picture.height) == (2, 2))
    #expect(picture.color(x: 1, y: 0) == 0x040506)
    #expect(picture.color(x: 0, y: 1) == 0x070809)
  }

  @Test(arguments: ["", "P5 1 1 255 xxx", "P6 1 1 255 xx", "P6 1 1 65535 xxx", "P6 -1 1 255 "])
  func whatIsNoPictureIsRefused(text: String) {
    #expect(Screenshot(ppm: Array(text.utf8)) == nil)
  }

  @Test func differencesAreCountedByPixel() throws {
    let one = try #require(make([10, 10, 10, 20, 20, 20]))
    let other = try #require(make([13, 13, 10, 20, 20, 24]))
    #expect(one.differences(from: one) == 0)
    #expect(one.differences(from: other) == 2)
    #expect(one.differences(from: other, tolerance: 3) == 1)
    #expect(other.differences(from: one, tolerance: 4) == 0)
    let narrow = try #require(make([10, 10, 10, 20, 20, 20], width: 1))
    #expect(one.differences(from: narrow, tolerance: 255) == 2)
  }

  /// Two machines at once, each of which waits for what the other one says; and the one's screen.
  @Test(.enabled(if: BootSector.hasQEMU, "no qemu-system-x86_64 in PATH: make setup installs it"))
  func twoMachinesRunAtOnce() async throws {
    let said = AsyncStream<String>.makeStream()
    async let first = BootSector.machine().boot(timeLimit: .seconds(120)) { session in
      try await session.prompt("ready> ")
      // Until the other machine is up, too.
      for await text in said.stream where text == "up" { break }
      try await session.type("0\n")
    }
    async let second = BootSector.machine().boot(timeLimit: .seconds(120)) { session in
      try await session.prompt("ready> ")
      said.continuation.yield("up")
      let png = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).png")
      defer { try? FileManager.default.removeItem(at: png) }
      let shot = try await session.screenshot(savingPNG: png.path)
      #expect(shot.width > 300 && shot.height > 200)
      #expect(try Data(contentsOf: png).starts(with: [0x89, 0x50, 0x4e, 0x47]))
      let again = try await session.screenshot()
      // The cursor may blink: 8 by 16 pixels at most.
      #expect(again.differences(from: shot, tolerance: 8) <= 128)
      try await session.type("1\n")
    }
    let outcomes = try await (first, second)
    #expect(outcomes.0.exit == .success && outcomes.1.exit == .failure)
  }
}
