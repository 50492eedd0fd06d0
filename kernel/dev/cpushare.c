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

/* Are the shares too old? Called with lately.lk. */
static int
isdue(void)
{
	return lately.at == 0 || monons() - lately.at >= SHORTEST;
}

/* Ask the host, which takes its time. */
static void
newshares(void)
{
	Hostcpu now[MAXCPU];
	u32int i;

	memset(now, 0, sizeof now);
	hostcputimes(now, MAXCPU);
	lock(&lately.lk);
	if(isdue()) {
		for(i = 0; i < MAXCPU; i++) {
			newshare(&lately.share[i], &lately.base[i], &now[i]);
			lately.base[i] = now[i];
		}
		lately.at = monons();
	}
	unlock(&lately.lk);
}

void
cpushares(Cpushare share[MAXCPU])
{
	int due;

	lock(&lately.lk);
	due = isdue();
	unlock(&lately.lk);
	if(due)
		newshares();
	lock(&lately.lk);
	memmove(share, lately.share, sizeof lately.share);
	unlock(&lately.lk);
}
