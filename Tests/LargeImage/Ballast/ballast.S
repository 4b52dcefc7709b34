// What makes an image large: 20 MiB of constants and 8 MiB of data, a pattern in all of them.

.section .rodata.ballast, "a"
.balign 8
.global ballast_constants, ballast_constants_end
ballast_constants:
  .fill (20 << 20) / 8, 8, 0x89abcdef
ballast_constants_end:

.section .data.ballast, "aw"
.balign 8
.global ballast_data, ballast_data_end
ballast_data:
  .fill (8 << 20) / 8, 8, 0xfedcba98
ballast_data_end:
