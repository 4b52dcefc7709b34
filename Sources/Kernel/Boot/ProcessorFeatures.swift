import Paging
import X86

/// What CPUID says about memory (Intel SDM, volume 2, CPUID).
struct ProcessorFeatures {
  /// How many bits a physical address has.
  let physicalAddressBits: UInt64

  /// The largest page that one entry can map.
  let largestPage: PageSize

  /// Whether RDRAND works.
  static var hasRandomNumbers: Bool {
    identifyProcessor(leaf: 1, subleaf: 0).ecx & 1 << 30 != 0
  }

  /// Whether page table entries choose among eight memory types (PAT).
  static var hasPageAttributes: Bool {
    identifyProcessor(leaf: 1, subleaf: 0).edx & 1 << 16 != 0
  }

  /// Whether page tables may have five levels.
  static var hasFiveLevels: Bool {
    identifyProcessor(leaf: 0, subleaf: 0).eax >= 7
      && identifyProcessor(leaf: 7, subleaf: 0).ecx & 1 << 16 != 0
  }

  static func read() -> ProcessorFeatures {
    let highest = identifyProcessor(leaf: 0x8000_0000, subleaf: 0).eax
    let extended = identifyProcessor(leaf: 0x8000_0001, subleaf: 0)
    let bits =
      highest >= 0x8000_0008
      ? UInt64(identifyProcessor(leaf: 0x8000_0008, subleaf: 0).eax & 0xff) : 36
    return ProcessorFeatures(
      physicalAddressBits: bits,
      largestPage: extended.edx & 1 << 26 != 0 ? .oneGiB : .twoMiB)
  }
}
