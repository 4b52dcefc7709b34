import Addressing
import X86

// What Swift's standard library asks for at link time, apart from the heap. Addresses come
// as numbers: C passes a pointer and an integer of 64 bits in the same register.

/// Prints a literal, with values in it or without, and what ends it.
///
/// It stands in for Swift's wherever the module Kernel is imported.
///
/// - Parameters:
///   - message: What to print.
///   - terminator: What to print behind it.
@export(interface)
public func print(_ message: ConsoleMessage, terminator: StaticString = "\n") {
  message.write(to: &console)
  console.write(terminator)
}

/// Prints a text and what ends it.
///
/// It stands in for Swift's: that one brings its way of copying any kind of string along, 7 KB of it.
///
/// - Parameters:
///   - text: What to print.
///   - terminator: What to print behind it.
@export(interface)
@_disfavoredOverload
public func print(_ text: String, terminator: StaticString = "\n") {
  console.write(text)
  console.write(terminator)
}

/// Prints a literal that is kept as one. Swift's has the same form, and would contend with the message
/// for literals.
///
/// - Parameters:
///   - text: What to print.
///   - terminator: What to print behind it.
@export(interface)
@_disfavoredOverload
public func print(_ text: StaticString, terminator: StaticString = "\n") {
  console.write(text)
  console.write(terminator)
}

/// Prints a character, for Swift's `print` of other values.
@c(putchar)
func printCharacter(_ character: CInt) -> CInt {
  console.write(UInt8(truncatingIfNeeded: character))
  return character
}

/// Fills memory with random bytes, for the seeds of Swift's hashing.
///
/// From RDRAND where the processor has it; otherwise from the time-stamp counter, stirred: good
/// enough against an unlucky pattern, not against an attacker.
@c(arc4random_buf)
func fillWithRandomBytes(address: UInt64, count: UInt64) {
  var state = readTimeStampCounter() | 1
  for offset in 0..<count {
    if offset % 8 == 0 { state = randomWord(stirring: state) }
    writeByte(UInt8(truncatingIfNeeded: state >> (offset % 8 * 8)), toAddress: address + offset)
  }
}

/// A word from RDRAND; from the time-stamp counter and `state` where that does not answer.
func randomWord(stirring state: UInt64) -> UInt64 {
  if ProcessorFeatures.hasRandomNumbers {
    let random = readRandomNumber()
    if random.isValid != 0 { return random.value }
  }
  var stirred = state ^ readTimeStampCounter()
  stirred ^= stirred << 13
  stirred ^= stirred >> 7
  stirred ^= stirred << 17
  return stirred
}

/// Where a function goes whose stack protector's value has changed: a write past the end of a
/// buffer on the stack has overwritten it, and perhaps the return address.
@c(__stack_chk_fail)
func stackProtectorChanged() -> Never {
  panic("a buffer on the stack was written past its end")
}
