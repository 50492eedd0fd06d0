/*
 * How much of the host's processors' time was idle recently: for /dev/sysstat.
 */
#include "dev/cons.h"
#include "host/host.h"
#include "host/hostfile.h"
#include "lib/lib.h"

/* ns: shares are of at least this much time */
#define SHORTEST 1000000000ULL

static struct
{
	/* leaf */
	Lock lk;
	/* when base was read; 0 at first, when base is the counts of the host's start */
	uvlong at;
	Hostcpu base[MAXCPU];
	/* the shares of the time before `at' */
	Cpushare share[MAXCPU];
} lately = {.lk = LOCKRANK(Rcpushare)};

static void
newshare(Cpushare *s, const Hostcpu *old, const Hostcpu *new)
{
	uvlong all;

	all = new->all - old->all;
	if(all == 0)
		return;
	s->idle = (new->idle - old->idle) * 100 / all;
	s->intr = (new->intr - old->intr) * 100 / all;
}

void
cpushares(Cpushare share[MAXCPU])
{
	Hostcpu now[MAXCPU];
	u32int i;
	uvlong t;

	memset(now, 0, sizeof now);
	hostcputimes(now, MAXCPU);
	t = monons();
	lock(&lately.lk);
	if(lately.at == 0 || t - lately.at >= SHORTEST) {
		for(i = 0; i < MAXCPU; i++) {
			newshare(&lately.share[i], &lately.base[i], &now[i]);
			lately.base[i] = now[i];
		}
		lately.at = t;
	}
	memmove(share, lately.share, sizeof lately.share);
	unlock(&lately.lk);
}
