extension [UInt8] {
  /// The bytes as the firmware modules take them.
  var rawBytes: RawSpan {
    @_lifetime(borrow self) get {
      // SAFETY: bytes have no padding, so all of them are initialised.
      unsafe span.bytes
    }
  }
}
