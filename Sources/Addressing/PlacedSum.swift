/// The check sum of what one run leaves in memory for the next: the sum, modulo 2^64, of a term for
/// each number and its place.
///
/// A term can be taken out again, so that a ring of bytes has its sum without being read anew. A change of
/// one number always shows, because a term differs for each number at one place; other changes go
/// unnoticed by accident once in some 2^64. It is no protection from somebody who can compute.
public enum PlacedSum {
  /// What a number adds to the sum.
  ///
  /// - Parameters:
  ///   - number: A byte or a word.
  ///   - place: Where it stands, counted from 0.
  @inlinable
  public static func term(_ number: UInt64, at place: UInt64) -> UInt64 {
    // Each step can be undone, so two numbers never come to the same. The shift has every bit of the sum
    // depend on the number's high bits too; without it the terms of small numbers could cancel out.
    var term = (number ^ (place &+ 1) &* 0x9e37_79b9_7f4a_7c15) &* 0xd6e8_feb8_6659_fd93
    term ^= term >> 32
    return term &* 0xc2b2_ae3d_27d4_eb4f
  }
}
