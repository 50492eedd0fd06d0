/*
 * A storm, to find out whether a protocol is one: few Images and many files,
 * which change, are attached, reclaimed, cached and looked at by all threads
 * at once. Whoever has a text Segment looks whether it is the right one; at the
 * end nothing may be left.
 */
#include "load.h"

enum
{
	Threads = 8,
	Files = 24,
	Images = 12, /* more than Threads: each may hold one */
	Pages = 16,
};

static Prog *progs;
static u32int stop; /* atomic */

static void
holdtext(void *arg)
{
	Prog *p;
	Segment *s;
	Chan *c;

	p = arg;
	c = openfile(p->file);
	if(waserror()) {
		ccloseq(c);
		nexterror();
	}
	s = attachtext(c, p->text, p->data);
	must(getref(&s->r) > 0 && s->flen == p->text);
	must(s->image->qid.path == c->qid.path &&
	    s->image->qid.vers == c->qid.vers && s->image->c != nil);
	if(random32() % 4 == 0)
		think(20000);
	must(s->image->qid.path == c->qid.path);
	putseg(s);
	poperror();
	ccloseq(c);
}

static void
wholeexec(void *arg)
{
	Prog *p;
	Chan *c;

	p = arg;
	c = openfile(p->file);
	if(waserror()) {
		ccloseq(c);
		nexterror();
	}
	attachput(p, c, 1);
	poperror();
	ccloseq(c);
}

static void
pages(void *arg)
{
	fillprog(arg, Pages);
}

static void
thread(void *arg)
{
	Prog *p;

	USED(arg);
	while(!peek(&stop)) {
		p = &progs[random32() % Files];
		switch(random32() % 64) {
		case 0:
			imagereclaim(random32() % 64);
			break;
		case 1:
			imagecheck();
			break;
		case 2:
			/* a new file by the same name */
			__atomic_add_fetch(&p->file->vers, 1, __ATOMIC_SEQ_CST);
			break;
		case 3:
			fails(pages, p);
			break;
		default:
			/* there may be no Image: that is allowed */
			fails(random32() % 2 ? holdtext : wholeexec, p);
		}
	}
}

void
storm(uvlong ns)
{
	Proc *p[Threads];
	int k;

	machinit(2048, Images);
	countinit(Images);
	progs = newprogs(Files, Pages, 0);
	for(k = 0; k < Threads; k++)
		p[k] = spawn(thread, nil);
	tsleep(&up->sleeprend, return0, nil, ns / 1000000);
	poke(&stop, 1);
	for(k = 0; k < Threads; k++)
		join(p[k]);
	freeprogs(progs, Files);
	mustbefree();
}
