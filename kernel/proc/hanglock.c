/*
 * Locks that are never released, to test the state dump: built with HANGLOCK only. sysr1 takes
 * the lock that its argument names, and keeps it. Arguments "user" and "call" do with a Lock
 * what must not be done with one.
 */
#include "u.h"
#include "proc/proc.h"
#include "proc/sys.h"
#include "host/host.h"
#include "lib/lib.h"

#ifdef HANGLOCK

/* declared in kernel/host/hostfile.h, which only devices include */
vlong hostread(int fd, void *buf, vlong n, vlong off);

static Lock hunglock;
static QLock hungqlock;
static RWlock hungrw;

void
hanglock(const char *how)
{
	u32int never;
	char c;

	if(strcmp(how, "qlock") == 0)
		qlock(&hungqlock);
	else if(strcmp(how, "rlock") == 0)
		rlock(&hungrw);
	else if(strcmp(how, "wlock") == 0)
		wlock(&hungrw);
	else
		lock(&hunglock);
	if(strcmp(how, "user") == 0)
		return;
	if(strcmp(how, "call") == 0)
		hostread(0, &c, 1, -1);
	never = 0;
	for(;;)
		hostwait(&never, 0, -1);
}

#endif
