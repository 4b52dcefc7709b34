import Foundation
import PageAllocator

/// The processor that a thread of this program plays.
enum ActingProcessor {
  private static let place: pthread_key_t = {
    var key = pthread_key_t()
    // SAFETY: the key is a variable of this function, and there is nothing to destroy.
    let status = unsafe pthread_key_create(&key, nil)
    precondition(status == 0, "no key for a thread's own value")
    return key
  }()

  /// The number of the processor.
  static var number: Int {
    // SAFETY: the values are numbers and never followed.
    get { unsafe Int(bitPattern: pthread_getspecific(place)) }
    set { _ = unsafe pthread_setspecific(place, UnsafeRawPointer(bitPattern: newValue)) }
  }

  /// Hooks of an allocator that is called by this thread.
  static var hooks: ProcessorHooks {
    ProcessorHooks(
      disableInterrupts: { 0 }, restoreInterrupts: { _ in },
      currentProcessor: { ActingProcessor.number })
  }
}
