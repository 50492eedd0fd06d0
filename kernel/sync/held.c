/*
 * The slow parts of the list of held locks: held.h.
 */
#include "u.h"
#include "lib/lib.h"
#include "sync/held.h"
#include "sync/sync.h"
#include "host/host.h"

int
heldremove(const void *l)
{
	u32int i;

	for(i = up->nheld; i > 0 && up->held[i - 1].l != l; i--)
		;
	if(i == 0)
		return 0;
	memmove(&up->held[i - 1], &up->held[i],
	    (up->nheld - i) * sizeof up->held[0]);
	up->nheld--;
	return 1;
}

void
lockheld(const char *what)
{
	Held *h;
	u32int i;

	for(i = up->nheld; i > 0; i--) {
		h = &up->held[i - 1];
		if(h->kind == Islock)
			panic("%s with a Lock held: %p, taken at %p", what,
			    h->l, h->pc);
	}
	panic("%s with a Lock held that is not listed", what);
}
