import Foundation
import Testing

@testable import SerialHarness

/// What carries out the instructions: the fastest that proves that it does.
@Suite(.serialized) struct AcceleratorTests {
  @Test func theTranslatorRunsTheProbe() async {
    #expect(await Accelerator.tcg.runsGuest(by: Machine.program))
  }

  /// QEMU has no macOS here.
  @Test func whatThisHostHasNotIsPassedOver() async {
    #if !os(macOS)
      #expect(await Accelerator.find(by: Machine.program, among: [.hvf, .tcg]) == .tcg)
    #endif
  }

  @Test func theFirstThatRunsAGuestIsTaken() async throws {
    let works = try FakeQEMU("exit 33")
    #expect(await Accelerator.find(by: works.path, among: [.kvm, .hvf]) == .kvm)
    let onlySecond = try FakeQEMU("[ $2 = hvf ] && exit 33; exit 1")
    #expect(await Accelerator.find(by: onlySecond.path, among: [.kvm, .hvf]) == .hvf)
    #expect(await Accelerator.find(by: works.path, among: []) == .tcg)
    #expect(await Accelerator.find(by: "/no/such/qemu", among: [.kvm]) == .tcg)
  }

  /// As in a virtual machine whose KVM is half there: an abort, a stopped guest, and one that hangs.
  @Test(arguments: [
    "kill -ABRT $$", "echo 'KVM internal error. Suberror: 1' >&2; exec sleep 60", "exec sleep 60",
    "exit 0",
  ])
  func whatBreaksOrHangsIsNotTaken(_ body: String) async throws {
    let broken = try FakeQEMU(body)
    let start = ContinuousClock.now
    #expect(await Accelerator.find(by: broken.path, among: [.kvm]) == .tcg)
    #expect(start.duration(to: .now) < .seconds(30))
  }

  @Test func whatIsGivenIsNotLookedFor() async throws {
    var machine = Machine(start: .disks)
    machine.accelerator = .hvf
    #expect(await machine.withAccelerator().accelerator == .hvf)
    machine.accelerator = nil
    machine.arguments = ["-icount", "shift=0"]
    #expect(await machine.withAccelerator().accelerator == .tcg)
    machine.arguments = ["-accel", "kvm"]
    #expect(await machine.withAccelerator().accelerator == nil)
    machine.arguments = []
    #expect(await machine.withAccelerator().accelerator == .fastest)
  }
}

/// A shell script in QEMU's place.
private final class FakeQEMU {
  private let folder: BootFolder
  let path: String

  init(_ body: String) throws {
    folder = try BootFolder()
    path = try folder.write("qemu", Array("#!/bin/sh\n\(body)\n".utf8))
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
  }
}
