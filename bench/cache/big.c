/*
 * One image of 256 MB, attached while it is being reclaimed.
 *
 * Somebody attaches it again and again, first undisturbed, then while another
 * thread takes all its pages out of the cache, puts them back, and so on. Only
 * attaches that met a reclaim count as disturbed.
 *
 * Attaches come at intervals, so that they are spread evenly over the time of a
 * reclaim: an attacher that made no pause would meet it once, and then many
 * times what comes after it. For the same reason one that waits for longer than an
 * interval stands for all that would have come meanwhile.
 */
#include "load.h"

enum
{
	Bigpages = 65536,
	Restns = 10 * 1000 * 1000, /* between reclaims */
};

static const Load *the;
static Prog *prog;
static u32int stop; /* atomic; so is turn */
static u32int turn; /* odd: a reclaim is going on */

static void
reclaimer(void *arg)
{
	USED(arg);
	ownprocessor(1);
	realtime();
	while(!peek(&stop)) {
		fillprog(prog, Bigpages);
		think(Restns);
		__atomic_add_fetch(&turn, 1, __ATOMIC_SEQ_CST);
		imagereclaim(~0U);
		__atomic_add_fetch(&turn, 1, __ATOMIC_SEQ_CST);
	}
}

/* Attach for ns. Every attach counts if all is set, else those that met a
 * reclaim. interval: ns between them, 0 if not known yet. Returns what it was. */
static uvlong
attaches(uvlong ns, Hist *h, int all, uvlong interval)
{
	uvlong start, t;
	u32int before, n;
	Chan *c;

	c = openfile(prog->file);
	start = monons();
	n = 0;
	do {
		before = peek(&turn);
		t = monons();
		attachput(prog, c, the->exec);
		t = monons() - t;
		if(all || before % 2 == 1 || peek(&turn) != before)
			histspread(h, t, interval);
		n++;
		think(the->thinkns);
	} while(monons() - start < ns);
	ccloseq(c);
	return (monons() - start) / n;
}

void
bigimage(const Load *l, Result *r)
{
	Proc *p;
	Image *i;
	Page *first;
	static Hist warm;
	uvlong interval;

	the = l;
	machinit(Bigpages + 4096, 16);
	countinit(16);
	ownprocessor(0);
	exactsleeps();
	realtime();
	prog = newprogs(1, Bigpages, l->running);
	/* a page stays in use, so the Image stays too */
	i = attachimage(prog->c, prog->text + prog->data);
	unlock(&i->lk);
	first = lookpage(i, 0, BY2PG | PGTEXT);
	must(first != nil);
	lock(&i->lk);
	putimage(i);

	interval = attaches(l->runns / 10, &warm, 1, 0);
	attaches(l->runns / 5, &r->hist[Other], 1, interval);
	p = spawn(reclaimer, nil);
	attaches(l->runns, &r->hist[Same], 0, interval);
	poke(&stop, 1);
	join(p);
	putpage(first);
	freeprogs(prog, 1);
	mustbefree();
}
