import Addressing
import Memblock
import MemblockHeader

@c(memblock_reserve_mem)
func reserveMem(
  size: UInt64, alignment: UInt64, name: UnsafePointer<CChar>?, start: UnsafeMutablePointer<UInt64>?
) -> CInt {
  change { (memblock) throws(MemblockError) in
    // SAFETY: memblock.h says that the name is a string, which ends with a 0.
    let range = unsafe try memblock.reserve(
      named: bytes(of: name), size: size, alignment: alignment)
    unsafe start?.pointee = range.start.value
  }
}

@c(reserve_mem_find_by_name)
func findByName(
  name: UnsafePointer<CChar>?, start: UnsafeMutablePointer<UInt64>?,
  size: UnsafeMutablePointer<UInt64>?
) -> CInt {
  // SAFETY: as above.
  guard let found = unsafe allocator.reservation(named: bytes(of: name)) else { return 0 }
  unsafe start?.pointee = found.start.value
  unsafe size?.pointee = found.size
  return 1
}

/// The bytes of a string, without the 0 at its end; none of a null pointer. Looks no further
/// than a name may be long.
@_lifetime(immortal)
func bytes(of string: UnsafePointer<CChar>?) -> RawSpan {
  guard let string = unsafe string else { return RawSpan() }
  var count = 0
  // SAFETY: nothing is read behind the 0.
  while count <= Memblock.longestReservationName, unsafe string[count] != 0 { count += 1 }
  // SAFETY: the caller's string outlives the call that this span is made for.
  return unsafe _overrideLifetime(
    RawSpan(_unsafeStart: UnsafeRawPointer(string), byteCount: count), copying: ())
}
