/*
 * One image of 256 MB, attached while it is being reclaimed.
 *
 * Somebody attaches it again and again, first undisturbed, then while another
 * thread takes all its pages out of the cache, puts them back, and so on. Only
 * attaches that met a reclaim count as disturbed. The attacher sleeps
 * between attaches, so that what it sees is spread evenly over the time of a reclaim:
 * one that attached without pause would see it once, and then many times
 * what comes after it.
 */
#include <sys/prctl.h>
#include "load.h"

enum
{
	Bigpages = 65536,
};

static const Load *the;
static Prog *prog;
static u32int stop; /* atomic; so is turn */
static u32int turn; /* odd: a reclaim is going on */

static void
reclaimer(void *arg)
{
	USED(arg);
	while(!peek(&stop)) {
		fillprog(prog, Bigpages);
		__atomic_add_fetch(&turn, 1, __ATOMIC_SEQ_CST);
		imagereclaim(~0U);
		__atomic_add_fetch(&turn, 1, __ATOMIC_SEQ_CST);
	}
}

/* Attach for ns; every attach counts if all is set, else those that met a reclaim. */
static void
attaches(uvlong ns, Hist *h, int all)
{
	uvlong end, t;
	u32int before;
	Chan *c;

	c = openfile(prog->file);
	end = monons() + ns;
	do {
		before = peek(&turn);
		t = monons();
		attachput(prog, c, the->exec);
		t = monons() - t;
		if(all || before % 2 == 1 || peek(&turn) != before)
			histadd(h, t);
		think(the->thinkns);
	} while(monons() < end);
	ccloseq(c);
}

void
bigimage(const Load *l, Result *r)
{
	Proc *p;
	Image *i;
	Page *first;

	the = l;
	machinit(Bigpages + 4096, 16);
	countinit(16);
	prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
	prog = newprogs(1, Bigpages, l->running);
	/* a page stays in use, so the Image stays too */
	i = attachimage(prog->c, prog->text + prog->data);
	unlock(&i->lk);
	first = lookpage(i, 0, BY2PG | PGTEXT);
	must(first != nil);
	lock(&i->lk);
	putimage(i);

	attaches(l->runns / 20, &(Hist){0}, 1);
	attaches(l->runns / 5, &r->hist[Other], 1);
	p = spawn(reclaimer, nil);
	attaches(l->runns, &r->hist[Same], 0);
	poke(&stop, 1);
	join(p);
	putpage(first);
	freeprogs(prog, 1);
	mustbefree();
}
