/*
 * Pages of up's memory: those that system calls touch, and those that cannot be made, because
 * their file is too short or cannot be read, or because there is no memory.
 */
#include "u.h"
#include "proc/proc.h"
#include "proc/sys.h"
#include "host/host.h"
#include "lib/lib.h"
#include "mm/mm.h"
#include "ns/ns.h"

/* Write to buf what is wrong with the page at addr, which comes from a file. */
static void
loadtext(char *buf, int n, uintptr addr)
{
	Segment *s;
	Chan *c;

	c = nil;
	s = segref(up, addr);
	if(s != nil) {
		c = segchan(s);
		putseg(s);
	}
	if(c == nil) {
		snprint(buf, n, "sys: %s", Eioload);
		return;
	}
	snprint(buf, n, "sys: %s accessing %s: %s", Eioload, chanpath(c),
	    strcmp(up->errstr, Eioload) == 0 ? Eshort : up->errstr);
	cclose(c);
}

/* A note that comes during the wait for a page does not end the wait: the call may be one that no
 * note interrupts, or the delivery of another note. The note ends the next wait of the call. */
int
kernfault(uintptr addr, int access)
{
	int r, intr;

	intr = 0;
	while((r = fault(addr, access)) == Fintr &&
	    !isexit(loadrelaxed(&up->procctl)))
		intr = 1;
	if(intr)
		astore(&up->notepending, 1);
	return r;
}

void
nopage(Ureg *u, uintptr addr)
{
	char buf[ERRMAX];

	if(strcmp(up->errstr, Enovmem) == 0) {
		if(u == nil)
			error(Enovmem);
		snprint(buf, sizeof buf, "sys: %s addr=%#llux", Enovmem,
		    (uvlong)addr);
		trapnote(u, buf);
		return;
	}
	loadtext(buf, sizeof buf, addr);
	if(u == nil) {
		postnote(up, 1, buf, NDebug);
		error(Eioload);
	}
	pprint("suicide: %s\n", buf);
	pexit(Eioload, 1);
}
