/*
 * Programs for the benchmark: files that are in the cache.
 */
#undef malloc
#undef free
#undef realloc
#include <stdlib.h>
#include <time.h>
#include "load.h"

static u32int
showsof(Prog *p, u32int off)
{
	return off < p->text ? BY2PG | PGTEXT : BY2PG;
}

u32int
fillprog(Prog *p, u32int n)
{
	Image *i;
	Page *pg;
	u32int off, got;

	got = 0;
	i = attachimage(p->c, p->text + p->data);
	unlock(&i->lk);
	for(off = 0; off < p->text + p->data && got < n; off += BY2PG) {
		pg = lookpage(i, off, showsof(p, off));
		if(pg == nil) {
			pg = cachepage(
			    newpage(0, NOFRAME), i, off, showsof(p, off));
			got++;
		}
		putpage(pg);
	}
	lock(&i->lk);
	putimage(i);
	return got;
}

Prog *
newprogs(u32int n, u32int npages, int running)
{
	Prog *p;
	u32int k;

	p = calloc(n, sizeof *p);
	must(p != nil);
	for(k = 0; k < n; k++) {
		p[k].text = (npages - npages / 4) * BY2PG;
		p[k].data = npages / 4 * BY2PG;
		p[k].file = newfile(p[k].text + p[k].data);
		p[k].c = openfile(p[k].file);
		fillprog(&p[k], npages);
		if(running)
			p[k].live = attachtext(p[k].c, p[k].text, p[k].data);
	}
	return p;
}

void
freeprogs(Prog *p, u32int n)
{
	u32int k;

	for(k = 0; k < n; k++) {
		putseg(p[k].live);
		ccloseq(p[k].c);
	}
	free(p);
}

void
attachput(Prog *p, Chan *c, int exec)
{
	Segment *sg[NSEG];

	if(!exec) {
		putseg(attachtext(c, p->text, p->data));
		return;
	}
	execsegs(c, p->text, p->data, 0, sg);
	putseg(sg[TSEG]);
	putseg(sg[DSEG]);
	putseg(sg[BSEG]);
}

u32int
random32(void)
{
	static _Thread_local u64int x;

	if(x == 0)
		x = up->pid * 0x9E3779B97F4A7C15ULL;
	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return x >> 32;
}

void
think(uvlong ns)
{
	struct timespec t;

	/* half to one and a half of it: not in step with others */
	ns = ns / 2 + ns * (random32() % 1024) / 1024;
	t.tv_sec = ns / 1000000000;
	t.tv_nsec = ns % 1000000000;
	nanosleep(&t, nil);
}
