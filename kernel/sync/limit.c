/*
 * A limit of the kernel or of the host is reached: the program gets an error, and the user a line
 * that names the limit. doc/limits.md lists them.
 */
#include "u.h"
#include "lib/lib.h"
#include "portdat.h"
#include "sync/sync.h"
#include "host/host.h"

/* ns after which the user is told again */
static const uvlong Quiet = 60ULL * 1000000000;

void
saylimit(u64int *said, const char *fmt, ...)
{
	char buf[256];
	u64int last, now;
	va_list ap;

	last = loadrelaxed(said);
	now = monons();
	if(last != 0 && now - last < Quiet)
		return;
	if(!__atomic_compare_exchange_n(
	       said, &last, now, 0, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		return;
	va_start(ap, fmt);
	vseprint(buf, buf + sizeof buf, fmt, ap);
	va_end(ap);
	if(up != nil)
		kprint("run9: limit reached: %s (process %d)\n", buf, up->pid);
	else
		kprint("run9: limit reached: %s\n", buf);
}
