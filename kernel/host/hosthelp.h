/*
 * Helper programs: programs of run9's own that use the host's libraries. One of them shares memory
 * with the instance, the helper memory. It is not the kernel's memory, of which no helper sees
 * anything.
 *
 * hostspawn (hostcmd.h) starts a helper. A call that fails raises error() with the Plan 9 text for
 * the host's reason, unless it never errors.
 */
#ifndef HOSTHELP_H
#define HOSTHELP_H

#include "u.h"

enum
{
	/* the helper memory has at most this many bytes */
	HELPMEMMAX = 64 * MiB,
};

/* Put the path of the helper `name' into buf, of n bytes. A helper lies beside run9's own
 * executable, in ../libexec from there, or in a directory of run9's PATH. Returns 0 if there is no
 * such program. Never errors. */
int hosthelper(const char *name, char *buf, int n);
/* Make the helper memory, of n zeros, whose size nobody can change. Called once in an instance. The
 * caller owns the descriptor that it returns, gives it to the helper, and keeps it open. Errors. */
int hosthelpmem(usize n);
/* The address of the helper memory, which is the same in all processes. A process calls this before
 * it uses the memory. fd is hosthelpmem's. No core file has the memory. Errors. */
void *hosthelpmap(int fd);
/* hostwait and hostwake for a word of the helper memory, for which the helper waits by futex(2).
 * Never error. */
int hosthelpwait(u32int *w, u32int val, vlong ns);
void hosthelpwake(u32int *w, int n);

#endif
