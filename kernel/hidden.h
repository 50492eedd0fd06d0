/*
 * Included before every file of the kernel (Makefile). There is one executable, and nothing is
 * linked to it later, so no symbol needs the global offset table. -fvisibility says so for
 * definitions only. Besides, ld cannot relax a reference through the table to an address above
 * 2 GiB, where the kernel is.
 */
#pragma GCC visibility push(hidden)
