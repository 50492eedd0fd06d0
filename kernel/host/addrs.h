/*
 * The map of addresses: where everything is in a slot's address space.
 *
 *	GATEVA            0x10000  system call gates, below what programs use
 *	UTZERO           0x200000  text, data, bss, free space (aout.h)
 *	KLOW       0x600000000000  the kernel's text and data (run9.ld), shared
 *	SELFVA     0x600040000000  this process's own Slot
 *	VDSOVA     0x600050000000  the host's vdso, which programs must not meet
 *	SLOTVA     0x600060000000  all Slots
 *	HEAPVA     0x610000000000  the kernel's heap
 *	KSTKVA     0x620000000000  kernel stacks, one for each slot
 *	SMALLVA    0x630000000000  each slot's small text (mmu.c)
 *	HELPVA     0x638000000000  the memory that a helper program shares (helpmem.c)
 *	ARENAVA    0x640000000000  the frames
 *	KHIGH      0x700000000000  free space for programs again
 *	           0x7ffffeffffff  USTKSIZE of stack, which ends at
 *	USTKTOP    0x7ffffffff000  (aout.h)
 *
 * run9.ld has KLOW and SELFVA too; sharedinit asserts that it has the same.
 */
#ifndef ADDRS_H
#define ADDRS_H

#include "u.h"
#include "aout.h"

#define GATEVA 0x10000ULL
#define KLOW 0x600000000000ULL
#define SELFVA 0x600040000000ULL
#define VDSOVA 0x600050000000ULL
#define SLOTVA 0x600060000000ULL
#define HEAPVA 0x610000000000ULL
#define KSTKVA 0x620000000000ULL
#define SMALLVA 0x630000000000ULL
#define HELPVA 0x638000000000ULL
#define ARENAVA 0x640000000000ULL
#define KHIGH 0x700000000000ULL

/* Is va outside the kernel's range? Whether a program may have memory there is more:
 * hostreserved. */
#define isuser(va) ((uintptr)(va) < KLOW || (uintptr)(va) >= KHIGH)

#define HEAPMAX (64ULL * 1024 * MiB)

enum
{
	/* how many slots can exist */
	NSLOT = 4096,
	KSTKSIZE = 64 * KiB,
	/* bytes below each kernel stack that cannot be accessed */
	KSTKGUARD = 16 * KiB,
	/* bytes of small text of each slot */
	SMALLTEXT = 64 * KiB,
};

#endif
