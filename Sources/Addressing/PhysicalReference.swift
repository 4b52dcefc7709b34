/// A reference to one object in physical memory, seen through a window.
///
/// What a global variable is to code that was built with the object, this is to an object
/// whose place is only known once memory has been handed out. The reference does not own the
/// memory and never frees it; copies of it name the same object. Threads that share one need
/// a lock around it.
@frozen
@safe
public struct PhysicalReference<Object: ~Copyable>: @unchecked Sendable {
  @usableFromInline let pointer: UnsafeMutablePointer<Object>

  /// Refers to an object that is in physical memory already.
  @inlinable
  @unsafe
  init(to pointer: UnsafeMutablePointer<Object>) { unsafe self.pointer = pointer }

  /// Puts an object into physical memory.
  ///
  /// - Parameters:
  ///   - object: The object.
  ///   - window: Shows all of the object's memory, which belongs to the caller from here on.
  ///   - address: Where the object is put; a multiple of its alignment.
  @inlinable
  public init(
    _ object: consuming Object, in window: PhysicalMemoryWindow, at address: PhysicalAddress
  ) {
    precondition(
      window.virtualAddress(of: address).value % UInt64(MemoryLayout<Object>.alignment) == 0,
      "an object must be aligned")
    // SAFETY: `pointer` checks that the window shows all of it; aligned by the check above.
    unsafe pointer = window.pointer(to: address, count: UInt64(MemoryLayout<Object>.size))
      .assumingMemoryBound(to: Object.self)
    // SAFETY: as above; nothing was there before.
    unsafe pointer.initialize(to: object)
  }

  /// The object.
  @inlinable
  public var object: Object {
    unsafeAddress {
      // SAFETY: initialised by `init`, in memory that nobody else has.
      unsafe UnsafePointer(pointer)
    }
    nonmutating unsafeMutableAddress {
      // SAFETY: initialised by `init`, in memory that nobody else has.
      unsafe pointer
    }
  }
}
