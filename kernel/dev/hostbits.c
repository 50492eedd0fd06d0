/*
 * #Z: the mode bits of stat(5) that no host file system keeps: append only,
 * exclusive use and temporary. run9 keeps them by qid path, as long as the
 * instance lives or the file does.
 */
#include "dev/hostfs.h"

#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	NHASH = 256,
};

typedef struct Bits Bits;
struct Bits
{
	uvlong path;
	u32int bits;
	Bits *next;
};

static struct
{
	RWlock lk;
	/* entries in the table: almost always none */
	u32int n;
	Bits *hash[NHASH];
} table = {.lk = LOCKRANK(Rhostbits)};

/* The link to path's entry, or to where it would be. Caller holds table.lk. */
static Bits **
findbits(uvlong path)
{
	Bits **l;

	for(l = &table.hash[(path ^ path >> 32) % NHASH]; *l != nil;
	    l = &(*l)->next)
		if((*l)->path == path)
			break;
	return l;
}

int
anyhostbits(void)
{
	return loadrelaxed(&table.n) != 0;
}

u32int
hostbits(uvlong path)
{
	Bits *b;
	u32int bits;

	if(!anyhostbits())
		return 0;
	rlock(&table.lk);
	b = *findbits(path);
	bits = b != nil ? b->bits : 0;
	runlock(&table.lk);
	return bits;
}

void
sethostbits(uvlong path, u32int bits)
{
	Bits **l, *b, *new;

	if(bits == 0 && !anyhostbits())
		return;
	new = bits != 0 ? smalloc(sizeof *new) : nil;
	wlock(&table.lk);
	l = findbits(path);
	b = *l;
	if(b != nil && bits == 0) {
		*l = b->next;
		storerelaxed(&table.n, table.n - 1);
	} else if(b != nil) {
		b->bits = bits;
		b = new;
	} else if(new != nil) {
		new->path = path;
		new->bits = bits;
		*l = new;
		storerelaxed(&table.n, table.n + 1);
	}
	wunlock(&table.lk);
	/* the entry that was taken out, or the new one that is not needed */
	free(b);
}
