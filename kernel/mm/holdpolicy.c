/*
 * Hold policy: which rforks hold the users of a Segment for the child (forkhold.c).
 *
 *   holdwanted   should this rfork hold?
 *   holdfailed   the child kept its copy
 *   holdworked   the child released its copy in time
 *
 * A hold pays if the child execs or exits within Holdtime, and costs that time if it does not.
 * Most children of a program do the same each time. So after a hold that failed, the next
 * rforks of the Segment do not hold: one, then three, up to 31. Each success halves that
 * (backoff).
 *
 * Caller of each function holds the lk of the Segment whose Holdpolicy it is.
 */
#include "u.h"
#include "mm/mmdat.h"

enum
{
	/* the most rforks that do not hold after one that failed; one less than a power of 2 */
	Mostskip = 31,
};

int
holdwanted(Holdpolicy *p)
{
	if(p->skip == 0)
		return 1;
	p->skip--;
	return 0;
}

void
holdfailed(Holdpolicy *p)
{
	if(p->fails < Mostskip)
		p->fails = 2 * p->fails + 1;
	p->skip = p->fails;
}

void
holdworked(Holdpolicy *p)
{
	p->fails /= 2;
}
