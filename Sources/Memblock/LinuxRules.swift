/// Where versions of Linux compute different things: which one a memblock is like.
///
/// What a version has more of, such as scratch memory, is there under any rules.
@frozen
public struct LinuxRules: Hashable, Sendable, BitwiseCopyable {
  /// Whether reservations say who made them: an allocation has the flag `.reservedKernel` and the
  /// node that it was asked for, and a plain reservation the node `.none`. Reservations of the
  /// two kinds don't merge.
  ///
  /// Then `estimatedFreeFrames` counts as taken what the kernel has reserved, and nothing else.
  public let marksKernelReservations: Bool

  /// Whether memory below 1 MiB is scratch from when it is added until the kernel has what it
  /// needs of it, so that it can be had while nothing but scratch memory is allocated.
  public let firstMebibyteIsScratch: Bool

  /// Whether memory that is freed after the hand-over goes to the page allocator by a function of
  /// its own, `memblock_free_late`, and not by the one that frees before it.
  public let hasFreeLate: Bool

  @inlinable @inline(__always)
  init(marksKernelReservations: Bool, firstMebibyteIsScratch: Bool, hasFreeLate: Bool) {
    self.marksKernelReservations = marksKernelReservations
    self.firstMebibyteIsScratch = firstMebibyteIsScratch
    self.hasFreeLate = hasFreeLate
  }

  /// The rules of Linux 6.12.
  @inlinable @inline(__always) public static var linux6_12: LinuxRules {
    LinuxRules(marksKernelReservations: false, firstMebibyteIsScratch: false, hasFreeLate: true)
  }

  /// The rules of Linux 7.3; those of reservations are so since 6.16.
  @inlinable @inline(__always) public static var linux7_3: LinuxRules {
    LinuxRules(marksKernelReservations: true, firstMebibyteIsScratch: true, hasFreeLate: false)
  }

  /// The rules of the newest version that is known here, 7.3: those of a new memblock.
  @inlinable @inline(__always) public static var newest: LinuxRules { linux7_3 }
}
