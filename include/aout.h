/*
 * The executable format, a.out(6), for amd64, and where exec puts things.
 */
#ifndef AOUT_H
#define AOUT_H

#include "u.h"

enum
{
	/* an eight-byte entry point follows the header */
	HDR_MAGIC = 0x00008000,
	/* amd64: 0x8A97 */
	S_MAGIC = HDR_MAGIC | ((4 * 26 + 0) * 26 + 7),
	/* 386: 0x1EB */
	I_MAGIC = (4 * 11 + 0) * 11 + 7,
	/* arm: 0x647 */
	E_MAGIC = (4 * 20 + 0) * 20 + 7,
	/* arm64: 0x8C47 */
	R_MAGIC = HDR_MAGIC | ((4 * 28 + 0) * 28 + 7),

	/* bytes of Exec in the file */
	EXECHDR = 32,
	/* the same with the 64-bit entry point that HDR_MAGIC announces */
	EXECHDR64 = 40,
};

/* As in the file: every word is big-endian. */
typedef struct Exec Exec;
struct Exec
{
	u32int magic;
	/* bytes of text, without the header */
	u32int text;
	/* bytes of initialised data */
	u32int data;
	/* bytes of zeroed data */
	u32int bss;
	/* bytes of symbol table */
	u32int syms;
	/* entry point (its low half on amd64) */
	u32int entry;
	/* bytes of pc/sp table */
	u32int spsz;
	/* bytes of pc/line table */
	u32int pcsz;
};

#define UTZERO 0x200000ULL /* text starts here, header included */
#define UTROUND 0x200000ULL /* data starts at a multiple of this */
#ifndef USTKTOP /* the test machine has a lower one */
#define USTKTOP 0x7ffffffff000ULL
#endif
#define USTKSIZE (16ULL * MiB)

#endif
