import Foundation
import SerialHarness
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

@Suite struct JUnitReportTests {
  private func report() throws -> XMLElement {
    var report = JUnitReport(suite: "boots <of> \"two\" & more")
    report.add(
      "bios",
      Outcome(
        exit: .success,
        lines: ["heap ... ok", "clock ... FAILED: 2 < 3\u{1}", "tests: 1 passed, 1 failed"],
        duration: .milliseconds(1_050), command: "qemu"))
    report.add(
      "uefi", Outcome(exit: .failure, lines: [], duration: .seconds(2), command: "qemu"),
      failure: "the kernel reported failure")
    return try #require(try XMLDocument(xmlString: report.xml).rootElement())
  }

  @Test func bootsAndTheTestsInTheKernelAreCases() throws {
    let suite = try report()
    #expect(suite.attribute(forName: "name")?.stringValue == "boots <of> \"two\" & more")
    #expect(suite.attribute(forName: "tests")?.stringValue == "4")
    #expect(suite.attribute(forName: "failures")?.stringValue == "2")
    let cases = suite.elements(forName: "testcase")
    #expect(
      cases.map { $0.attribute(forName: "name")?.stringValue }
        == ["bios", "bios: heap", "bios: clock", "uefi"])
    #expect(
      cases.map { $0.attribute(forName: "time")?.stringValue } == ["1.050", nil, nil, "2.000"])
    let failures = cases.map {
      $0.elements(forName: "failure").first?.attribute(forName: "message")?.stringValue
    }
    #expect(failures == [nil, nil, "2 < 3\u{fffd}", "the kernel reported failure"])
    let output = cases[0].elements(forName: "system-out").first?.stringValue
    #expect(output?.hasPrefix("heap ... ok\nclock ... FAILED: 2 < 3") == true)
  }
}
