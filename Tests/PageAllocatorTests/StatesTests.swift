import PageStates
import Testing

/// Every state of the smallest machines; larger ones are explored by `make explore`.
@Suite struct StatesTests {
  @Test func everyStateOfTheSmallestMachines() {
    #expect(PageExploration.run(.least, seconds: 300))
  }
}
