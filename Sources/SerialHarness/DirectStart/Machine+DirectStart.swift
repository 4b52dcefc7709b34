extension Machine {
  /// A start without a firmware and without a boot loader: what is in memory, what is in the
  /// registers, and where the processor goes on, in 32-bit protected mode without paging.
  ///
  /// It takes milliseconds, and everything that a boot loader decides can be chosen. A loader of
  /// QEMU's memory is not used: a few instructions in the firmware's place copy the pieces. They
  /// use the four bytes below address 0x500 as their stack.
  public struct DirectStart: Sendable {
    /// A piece of memory that is filled before the start.
    public struct Piece: Sendable {
      /// The physical address. From 0xc0000 up to 1 MiB there is no memory yet.
      public var address: UInt32
      /// The bytes from there on. The last 32-bit word is filled up with zeros.
      public var content: [UInt8]
      /// How many zeros follow, in bytes.
      public var zeroCount: UInt32

      /// A piece of some bytes, and zeros behind them.
      public init(at address: UInt32, _ content: [UInt8], zeroCount: UInt32 = 0) {
        self.address = address
        self.content = content
        self.zeroCount = zeroCount
      }
    }

    /// The general registers.
    public struct Registers: Sendable {
      /// A register's value at the entry.
      public var eax: UInt32 = 0, ebx: UInt32 = 0, ecx: UInt32 = 0, edx: UInt32 = 0
      /// A register's value at the entry.
      public var esi: UInt32 = 0, edi: UInt32 = 0, ebp: UInt32 = 0, esp: UInt32 = 0
    }

    /// The pieces, in the order in which they are put.
    public var pieces: [Piece] = []
    /// The physical address to enter.
    public var entry: UInt32
    /// The general registers.
    public var registers = Registers()
    /// CR0: protection on, caches on, no paging.
    public var cr0: UInt32 = 0x11
    /// CR3.
    public var cr3: UInt32 = 0
    /// CR4. A bit that the processor has not, or refuses here, is a triple fault.
    public var cr4: UInt32 = 0
    /// EFER's lower half, with the same rule.
    public var efer: UInt32 = 0
    /// EFLAGS. With the trap flag set the first instruction is a triple fault.
    public var flags: UInt32 = 2
    /// FS and GS: 0, 0x10 for all memory, 0x18 for its first 16 bytes.
    public var fs: UInt16 = 0x10, gs: UInt16 = 0x10

    /// A start at an address.
    public init(entry: UInt32) {
      self.entry = entry
    }
  }
}

extension Machine.DirectStart {
  /// A start as a Multiboot2 boot loader makes it (specification 2.0, section 3.3).
  ///
  /// - Parameters:
  ///   - kernel: The kernel.
  ///   - information: The boot information's bytes.
  ///   - address: The physical address to put them at, a multiple of 8.
  public init(
    multiboot2 kernel: KernelELF, information: Multiboot2TagList, at address: UInt32
  ) {
    self.init(entry: kernel.entry)
    pieces = kernel.pieces
    pieces.append(Piece(at: address, information.bytes))
    registers.eax = 0x36d7_6289
    registers.ebx = address
  }
}
