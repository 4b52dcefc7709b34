// Names that the Swift runtime asks for and that Swift itself may not define: the compiler
// keeps them for the C library. Each is Swift's function under another name.

.section .text.runtime, "ax"
.code64

.global posix_memalign
posix_memalign:
  jmp heap_allocate

.global free
free:
  jmp heap_release
