/*
 * #Z: the mode bits of stat(5) that no host file system keeps: append only,
 * exclusive use and temporary. run9 keeps them by qid path, as long as the
 * instance lives or the file does.
 *
 * A program of the host may remove such a file, and the host gives the number of a removed file to a
 * new one, whose bits they are not. So the file is kept open: its number is not given away. No file is
 * kept open when more than half of the descriptors that the host allows are in use.
 */
#include "dev/hostfs.h"

#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	NHASH = 256,
	/* not worth a look */
	FEW = 16,
};

typedef struct Bits Bits;
struct Bits
{
	uvlong path;
	u32int bits;
	/* keeps the file open; -1: it is not kept open */
	int pin;
	Bits *next;
};

static struct
{
	RWlock lk;
	/* entries in the table: almost always none */
	u32int n;
	/* more are looked through for files that are gone */
	u32int most;
	Bits *hash[NHASH];
} table = {.lk = LOCKRANK(Rhostbits), .most = FEW};

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

/* A descriptor for the file name, which must be the file with the qid path. Errors. */
static int
openpin(uvlong path, const char *name)
{
	Hoststat st;
	int fd;

	fd = hostpin(name);
	onerror(hostclose(fd));
	hostfstat(fd, &st);
	if(hostqid(&st).path != path)
		error(Enonexist);
	if(hostfdscarce(fd))
		error(Enofd);
	poperror();
	return fd;
}

static int
pinbits(uvlong path, const char *name)
{
	int fd;

	if(waserror())
		return -1;
	fd = openpin(path, name);
	poperror();
	return fd;
}

static int
hasnoname(int pin)
{
	Hoststat st;

	if(pin < 0 || waserror())
		return 0;
	hostfstat(pin, &st);
	poperror();
	return st.isgone;
}

static Bits *
newbits(uvlong path, u32int bits, const char *name)
{
	Bits *b;

	b = smalloc(sizeof *b);
	b->path = path;
	b->bits = bits;
	b->pin = pinbits(path, name);
	return b;
}

static void
freebits(Bits *b)
{
	Bits *next;

	for(; b != nil; b = next) {
		next = b->next;
		if(b->pin >= 0)
			hostclose(b->pin);
		free(b);
	}
}

/* Take *l out of the table, and put it before list. Caller holds table.lk for writing. */
static Bits *
takebits(Bits **l, Bits *list)
{
	Bits *b;

	b = *l;
	*l = b->next;
	b->next = list;
	storerelaxed(&table.n, table.n - 1);
	return b;
}

/* The table has grown to twice of what it was: take those files out that have no name any more, and
 * put them before list. Caller holds table.lk for writing. */
static Bits *
takegone(Bits *list)
{
	Bits **l;
	int i;

	for(i = 0; i < NHASH; i++)
		for(l = &table.hash[i]; *l != nil;)
			if(hasnoname((*l)->pin))
				list = takebits(l, list);
			else
				l = &(*l)->next;
	table.most = 2 * table.n > FEW ? 2 * table.n : FEW;
	return list;
}

void
sethostbits(uvlong path, u32int bits, const char *name)
{
	Bits **l, *old, *new;

	if(bits == 0 && !anyhostbits())
		return;
	new = bits != 0 ? newbits(path, bits, name) : nil;
	old = nil;
	wlock(&table.lk);
	l = findbits(path);
	if(*l != nil)
		old = takebits(l, old);
	if(new != nil) {
		new->next = *l;
		*l = new;
		storerelaxed(&table.n, table.n + 1);
		if(table.n > table.most)
			old = takegone(old);
	}
	wunlock(&table.lk);
	freebits(old);
}
