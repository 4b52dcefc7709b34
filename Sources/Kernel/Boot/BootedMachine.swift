/// A machine that is up: what was found in it, and what it can do.
public struct BootedMachine {
  let information: BootInformation
}
