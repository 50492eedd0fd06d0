/*
 * The header of all folders of host: Linux, as the machine layer uses it. No other room
 * includes this file.
 */
#ifndef LINUX_H
#define LINUX_H

#include <asm/unistd_64.h>
#include <linux/errno.h>

#include "u.h"
#include "host/addrs.h"
#include "host/host.h"

enum
{
	/* SIGUSR1: kicks and shootdowns */
	SIGKICK = 10,
};

/*
 * Linux's system calls: result, or -errno. blockcall is for those that may wait long: it ends
 * with -EINTR when a note for up is pending (and clears notepending), and goes on otherwise.
 * It must not be used where up is nil.
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

/* errno.c: raise the Plan 9 error for err, a positive host error number. */
_Noret void hosterror(long err);
const char *hosterrstr(long err);
/* Returns r, the result of a host call, unless it is an error; then raises hosterror. */
long hostmust(long r);

/* hostlines.c: call f(line, arg) for each line of the host's file `name', until f returns 0. f may
 * change the line. Never errors. */
void eachline(const char *name, int (*f)(char *, void *), void *arg);

/* hostfile.c: wait until fd, which is in non-blocking mode, can be read or written. Returns 0 or
 * -errno. (blocks) */
long waitready(int fd, int isread);

/* tty.c: put terminals back as they were. Called by run9's first process. */
void ttyrestore(void);

/* hostsock.c: remove the files of Unix sockets that hostlisten made. Called by run9's first
 * process at the end. */
void socketsremove(void);

#endif
