// The Multiboot2 header: what the boot loader looks for in the first 32 KiB of the image.
// (Multiboot2 specification 2.0, section 3.1.)

.set MAGIC,          0xe85250d6
.set ARCHITECTURE,   0              // 32-bit protected mode of i386
.set OPTIONAL,       1              // a loader that can't do it boots us all the same

.section .multiboot2, "a"
.balign 8
header:
  .long MAGIC
  .long ARCHITECTURE
  .long header_end - header
  .long -(MAGIC + ARCHITECTURE + (header_end - header))

// What we would like to be told.
.balign 8
request:
  .short 1, OPTIONAL
  .long request_end - request
  .long 1                           // command line
  .long 2                           // boot loader name
  .long 3                           // modules
  .long 4                           // basic memory
  .long 6                           // memory map
  .long 8                           // framebuffer
  .long 9                           // ELF sections: the symbols for backtraces
  .long 12                          // EFI system table, 64-bit
  .long 14                          // ACPI 1.0 root pointer
  .long 15                          // ACPI 2.0 root pointer
  .long 17                          // EFI memory map
request_end:

// Either kind of console will do: EGA text is supported, and none is required.
.balign 8
  .short 4, OPTIONAL
  .long 12
  .long 2

// A framebuffer of any size and depth.
.balign 8
  .short 5, OPTIONAL
  .long 20
  .long 0, 0, 0

// Modules start on page boundaries.
.balign 8
  .short 6, OPTIONAL
  .long 8

.balign 8
  .short 0, 0
  .long 8
header_end:
