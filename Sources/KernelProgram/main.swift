import Kernel

// The kernel boots, and has nothing else to do.
boot { _ in }
