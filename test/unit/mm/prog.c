/*
 * What tests of programs' memory share: prog.h.
 */
#include "prog.h"
#include "aout.h"

u32int turn;

void
mustbetext(File *f, u32int vers, u32int off)
{
	must(mustread(UTZERO + off) == (fileword(f->id, vers, off) | FIXED));
}

void
mustbedata(File *f, u32int vers, u32int text, u32int off)
{
	must(mustread(databaseof(text) + off) ==
	    fileword(f->id, vers, text + off));
}

void
waitturn(u32int n)
{
	while(loadacquire(&turn) < n)
		hostrelax();
}

Proc *
rforked(void (*f)(void *), void *arg, int share, Forkhold *h)
{
	Proc *p;

	p = makeproc();
	givemem(p, share, h);
	startproc(p, f, arg);
	return p;
}

Proc *
forkproc(void (*f)(void *), void *arg, int share)
{
	Forkhold h = {0};
	Proc *p;

	p = rforked(f, arg, share, &h);
	holdend(&h);
	return p;
}
