/*
 * Texts about the system, for #c and #¶: cons(3), swap(3).
 */
#include "dev/cons.h"

#include "host/host.h"
#include "host/hostfile.h"
#include "lib/lib.h"
#include "proc/proc.h"

/* Ticks are monons's. */
#define TICKHZ 1000000000ULL
#define NSPERMS 1000000

static char *
vlnum(char *p, char *e, uvlong v)
{
	return seprint(p, e, "%*llud ", VLNUMSIZE - 1, v);
}

char *
timetext(char *p, char *e)
{
	vlong now;
	uvlong ticks;

	now = todns();
	ticks = monons();
	p = numtext(p, e, now / 1000000000);
	p = vlnum(p, e, now);
	p = vlnum(p, e, ticks);
	return vlnum(p, e, TICKHZ);
}

char *
cputimetext(char *p, char *e)
{
	uvlong t[2];

	proctimes(up, t);
	toscycles();
	p = numtext(p, e, t[0] / NSPERMS);
	p = numtext(p, e, t[1] / NSPERMS);
	p = numtext(p, e, (monons() - up->started) / NSPERMS);
	p = numtext(p, e, up->childns[0] / NSPERMS);
	p = numtext(p, e, up->childns[1] / NSPERMS);
	return numtext(p, e, up->childns[2] / NSPERMS);
}

static void
bigend(uchar *b, uvlong v)
{
	int i;

	for(i = 7; i >= 0; i--) {
		b[i] = v;
		v >>= 8;
	}
}

void
bintime(uchar *b)
{
	uvlong ticks;

	ticks = monons();
	bigend(b, todns());
	bigend(b + 8, ticks);
	bigend(b + 16, TICKHZ);
}

/* The devices that the reader may attach. */
char *
driverstext(char *p, char *e)
{
	char letter[UTFmax + 1];
	int i;

	for(i = 0; devtab[i] != nil; i++) {
		if(!devallowed(up->pgrp, i))
			continue;
		letter[runetochar(letter, &devtab[i]->dc)] = 0;
		p = seprint(p, e, "#%s %s\n", letter, devtab[i]->name);
	}
	return p;
}

char *
configtext(char *p, char *e)
{
	int i;

	p = strecpy(p, e, "dev\n");
	for(i = 0; devtab[i] != nil; i++)
		p = seprint(p, e, "\t%s\n", devtab[i]->name);
	return p;
}

char *
swaptext(char *p, char *e)
{
	uvlong total, used, spare, heap, maxheap;

	total = totalframes();
	spare = cachedpages();
	/* cachedpages changes meanwhile */
	used = total - freeframes();
	used -= spare < used ? spare : used;
	p = seprint(p, e, "%llud memory\n", total * BY2PG);
	p = seprint(p, e, "%d pagesize\n", BY2PG);
	/* frames are not used for the kernel's own memory */
	p = seprint(p, e, "0 kernel\n");
	p = seprint(p, e, "%llud/%llud user\n", used, total);
	p = seprint(p, e, "0/0 swap\n");
	p = seprint(p, e, "%llud/%llud reclaim\n", spare, total);
	heap = hostheapsize(&maxheap);
	p = seprint(
	    p, e, "%llud/%llud/%llud kernel malloc\n", heap, heap, maxheap);
	/* there is no memory of draw, nor of secrets */
	p = seprint(p, e, "0/0/0 kernel draw\n");
	return seprint(p, e, "0/0/0 kernel secret\n");
}
