import Kernel
import Programs

/// A program of `Programs/programs.S`.
struct Program {
  let name: String
  private let start: UInt64
  private let end: UInt64

  static var all: [Program] {
    [
      Program("greet", greet_start(), greet_end()),
      Program("calculate", calculate_start(), calculate_end()),
      Program("pry", pry_start(), pry_end()),
      Program("trespass", trespass_start(), trespass_end()),
      Program("seize", seize_start(), seize_end()),
      Program("scribble", scribble_start(), scribble_end()),
      Program("greet", greet_start(), greet_end()),
    ]
  }

  private init(_ name: String, _ start: UInt64, _ end: UInt64) {
    self.name = name
    self.start = start
    self.end = end
  }

  /// Copies the program into an address space.
  func load(
    into space: UserSpace, at address: VirtualAddress, from memory: MachineMemory
  ) throws(MappingError) {
    guard let place = memory.translate(VirtualAddress(start)) else {
      fatalError("the kernel's image is not mapped")
    }
    let bytes = AddressRange(at: place.address, size: end - start)
    try memory.window.withBytes(of: bytes) { bytes throws(MappingError) in
      try space.write(bytes, at: address)
    }
  }
}
