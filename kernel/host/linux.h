/*
 * host's own header: Linux, as the machine layer uses it. No other room
 * includes this file.
 */
#ifndef LINUX_H
#define LINUX_H

#include <asm/unistd_64.h>
#include <linux/errno.h>

#include "u.h"
#include "host/host.h"

/* Where things are. user: everything below KLOW and from KHIGH to USTKTOP. */
#define KLOW 0x600000000000ULL /* kernel text and data: run9.ld */
#define SELFVA 0x600040000000ULL /* each process's own Slot: run9.ld */
#define VDSOVA 0x600050000000ULL
#define SLOTVA 0x600060000000ULL /* all Slots */
#define HEAPVA 0x610000000000ULL
#define HEAPMAX (64ULL * 1024 * MiB)
#define KSTKVA 0x620000000000ULL
#define SMALLVA 0x630000000000ULL /* each slot's small text: mmu.c */
#define ARENAVA 0x640000000000ULL
#define KHIGH 0x700000000000ULL
#define GATEVA 0x10000ULL /* system call gates */

#define isuser(va) ((uintptr)(va) < KLOW || (uintptr)(va) >= KHIGH)

enum
{
	NSLOT = 4096,
	KSTKSIZE = 64 * KiB,
	KSTKGUARD = 16 * KiB, /* below each stack */
	SMALLTEXT = 64 * KiB, /* for each slot */
	SIGKICK = 10, /* SIGUSR1 */
};

/*
 * Linux's system calls: result, or -errno. blockcall is for those that may
 * wait long: it ends with -EINTR when a note for up is pending (and clears
 * notepending), and goes on otherwise. It must not be used where up is nil.
 */
#define hostcall(nr, ...)                                                      \
	hostcall_((nr), HOSTARGS(__VA_ARGS__, 0, 0, 0, 0, 0, 0))
#define blockcall(nr, ...)                                                     \
	blockcall_((nr), HOSTARGS(__VA_ARGS__, 0, 0, 0, 0, 0, 0))
#define HOSTARGS(...) HOSTARGS_(__VA_ARGS__, 0)
#define HOSTARGS_(a, b, c, d, e, f, ...)                                       \
	(long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f)
long hostcall_(long nr, long a, long b, long c, long d, long e, long f);
long blockcall_(long nr, long a, long b, long c, long d, long e, long f);

/* errno.c: raise the Plan 9 error for a host error number (positive). */
_Noret void hosterror(long err);
const char *hosterrstr(long err);

/* hostfile.c: put terminals back as they were; by run9's first process. */
void ttyrestore(void);

#endif
