/*
 * Executables and #! lines from anybody, through exec until it would change the
 * process: what is taken fits the address space and its file, what is not is
 * an error, and neither leaves anything behind.
 *
 * The input: a byte of flags, the length of the first file, that file, and what
 * is left is every other file.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "aout.h"
#include "host/host.h"
#include "lib/lib.h"
#include "mm/mmdat.h"
#include "ns/ns.h"
#include "proc/proc.h"
#include "proc/sys.h"

#undef free
extern void free(void *);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define check(x)                                                               \
	do {                                                                   \
		if(!(x))                                                       \
			abort();                                               \
	} while(0)

enum
{
	BADREADS = 1, /* but for the first */
	DIRECTORY = 2, /* the first file is one */
	SHORTREADS = 4,
};

typedef struct File File;
struct File
{
	const uchar *p;
	long n;
};

static Proc proc;
Proc *up = &proc;
static int flags;
static File files[2];
static long nchans, nblocks, nsegs;
static int reached;
static const char eaccepted[] = "accepted";

/* --- heap --- */

void *
kmalloc(usize n)
{
	nblocks++;
	return calloc(1, n + 1);
}

void
kfree(void *p)
{
	nblocks -= p != nil;
	free(p);
}

#undef realloc
extern void *realloc(void *, size_t);

void *
krealloc(void *p, usize n)
{
	nblocks += p == nil;
	return realloc(p, n);
}

void
kstrdup(char **p, const char *s)
{
	char *copy;

	copy = kmalloc(strlen(s) + 1);
	memcpy(copy, s, strlen(s) + 1);
	kfree(*p);
	*p = copy;
}

/* --- the rest of the kernel --- */

Chan *
namec(const char *name, int amode, int omode, u32int perm)
{
	Chan *c;

	USED(perm);
	check(amode == Aopen && omode == OEXEC);
	if(strcmp(name, "missing") == 0)
		error(Enonexist);
	c = kmalloc(sizeof *c);
	nchans++;
	c->aux = &files[strcmp(name, "dir/prog") != 0];
	if(c->aux == &files[0] && (flags & DIRECTORY))
		c->qid.type = QTDIR;
	return c;
}

void
cclose(Chan *c)
{
	nchans--;
	kfree(c);
}

long
chanread(Chan *c, void *buf, long n, vlong off)
{
	File *f;

	f = c->aux;
	check(off >= 0);
	if(off != 0 && (flags & BADREADS))
		error(Eio);
	if((flags & SHORTREADS) && n > 40)
		n = 40;
	if(off >= f->n)
		return 0;
	if(n > f->n - off)
		n = f->n - off;
	memcpy(buf, f->p + off, (size_t)n);
	return n;
}

int
hostreserved(uintptr va, uvlong len)
{
	const uintptr kernel = 0xC0000000;

	return va + len < va || (va < 2 * kernel && va + len > kernel);
}

Segment *
newseg(int type, uintptr base, uvlong npages)
{
	check((type & SG_TYPE) == SG_STACK && base + npages * BY2PG == USTKTOP);
	nsegs++;
	return kmalloc(sizeof(Segment));
}

void
putseg(Segment *s)
{
	nsegs -= s != nil;
	kfree(s);
}

int
imageheader(Chan *c, Exechdr *s)
{
	USED(c);
	USED(s);
	return 0;
}

void
setimageheader(Segment *text, const Exechdr *s)
{
	USED(text);
	USED(s);
}

/* As far as a refusable exec goes. */
void
execsegs(Chan *c, uvlong text, u32int data, u32int bss, Segment **seg)
{
	uvlong dbase;
	File *f;

	USED(seg);
	f = c->aux;
	check((c->qid.type & QTDIR) == 0);
	check(f->n >= EXECHDR64 && memcmp(f->p, "\0\0\x8A\x97", 4) == 0);
	check(text >= EXECHDR64);
	dbase = ROUNDUP(UTZERO + text, UTROUND);
	check(dbase + data + bss <= USTKTOP - USTKSIZE);
	check(!hostreserved(UTZERO, dbase + data + bss - UTZERO));
	reached = 1;
	error(eaccepted);
}

/* Beyond where execsegs stops it. */
#define never(decl)                                                            \
	decl                                                                   \
	{                                                                      \
		abort();                                                       \
	}                                                                      \
	decl

never(void panic(const char *fmt, ...));
never(void pexit(const char *s, int freemem));
never(void validname(const char *name, int slashok));
never(void *validaddr(uintptr addr, uvlong len, int write));
never(char *validstr(uintptr addr, usize max));
never(void fdcloseexec(Fgrp *f));
never(void qlock(QLock *q));
never(void qunlock(QLock *q));
never(Segment *takeseg(int n, Segment *s));
never(int segtype(Segment *s));
never(uintptr segbase(Segment *s));
never(uintptr segtop(Segment *s));
never(void mmunew(void));
never(void mmusettle(void));
never(void execprefill(void));
never(void prefault(uintptr addr, int write));
never(void sampleuse(void));
never(void procctl(Proc *p, int req));
never(void fpinit(void));
never(void fullregs(void));
never(int fault(uintptr addr, int access));
never(void obey(void));
never(void lockheld(const char *what));
never(uvlong hostcyclefreq(void));

void
perturb(void)
{
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *argv[] = {"prog", "an argument", nil};
	size_t n;

	if(size < 2)
		return 0;
	flags = data[0];
	n = data[1];
	data += 2;
	size -= 2;
	if(n > size)
		n = size;
	files[0] = (File){data, (long)n};
	files[1] = (File){data + n, (long)(size - n)};
	up->errstr = up->errbuf0;
	up->errbuf0[0] = 0;
	up->nerrlab = 0;
	reached = 0;
	if(!waserror()) {
		execprog("dir/prog", argv);
		abort(); /* nothing here can be run */
	}
	check(up->nerrlab == 0);
	check(up->errstr[0] != 0);
	check(reached == (strcmp(up->errstr, eaccepted) == 0));
	check(nchans == 0 && nsegs == 0 && nblocks == 0);
	return 0;
}
