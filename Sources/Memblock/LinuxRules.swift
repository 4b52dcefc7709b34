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

  @inlinable @inline(__always)
  init(marksKernelReservations: Bool) {
    self.marksKernelReservations = marksKernelReservations
  }

  /// The rules of Linux 6.12.
  @inlinable public static var linux6_12: LinuxRules {
    LinuxRules(marksKernelReservations: false)
  }

  /// The rules of Linux 7.3; those of reservations are so since 6.16.
  @inlinable public static var linux7_3: LinuxRules {
    LinuxRules(marksKernelReservations: true)
  }
}
