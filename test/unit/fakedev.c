/*
 * The harness's files. A file's word at offset off is its identity: number,
 * version, offset; so a test that reads memory knows at once whose byte it
 * sees. Reads can be slow, wait until they are let go, fail, or find the file
 * shorter than it was.
 */
#undef malloc
#undef free
#undef realloc
#include <stdlib.h>
#include <string.h>
#include "mach.h"
#include "dev/dev.h"
#include "aout.h"
#include "lib/lib.h"

static u32int nopen; /* atomic */
static File files[1024];
static u32int nfile;

uvlong
fileword(u32int id, u32int vers, u32int off)
{
	return (uvlong)id << 48 | (uvlong)vers << 32 | off;
}

File *
newfile(u32int length)
{
	File *f;

	must(nfile < nelem(files) - 1);
	f = &files[nfile];
	f->id = ++nfile;
	f->vers = 1;
	f->length = length;
	return f;
}

Chan *
openfile(File *f)
{
	Chan *c;

	c = calloc(1, sizeof *c);
	c->r.ref = 1;
	c->qid.path = f->id;
	c->qid.vers = peek(&f->vers);
	c->flag = COPEN | CCACHE;
	c->aux = f;
	__atomic_add_fetch(&nopen, 1, __ATOMIC_SEQ_CST);
	return c;
}

u32int
openchans(void)
{
	return peek(&nopen);
}

void
ccloseq(Chan *c)
{
	if(decref(&c->r) != 0)
		return;
	__atomic_sub_fetch(&nopen, 1, __ATOMIC_SEQ_CST);
	free(c);
}

void
cclose(Chan *c)
{
	ccloseq(c);
}

int
eqchantdqid(Chan *c, ushort type, u32int dev, Qid qid, int skipvers)
{
	return c->type == type && c->dev == dev && c->qid.path == qid.path &&
	    (skipvers || c->qid.vers == qid.vers);
}

/* Wait as a slow server makes one wait. Errors: Eintr. */
static void
delay(File *f)
{
	__atomic_add_fetch(&f->waiting, 1, __ATOMIC_SEQ_CST);
	if(waserror()) {
		__atomic_sub_fetch(&f->waiting, 1, __ATOMIC_SEQ_CST);
		nexterror();
	}
	while(peek(&f->blocked))
		tsleep(&up->sleeprend, return0, nil, 1);
	if(peek(&f->slow) && up->pid % 2 == 0)
		tsleep(&up->sleeprend, return0, nil, 1);
	poperror();
	__atomic_sub_fetch(&f->waiting, 1, __ATOMIC_SEQ_CST);
}

long
fileread(Chan *c, void *buf, long n, vlong off)
{
	File *f;
	u64int w;
	u32int vers, len, nread, failing;
	long k, m;

	f = c->aux;
	nread = __atomic_add_fetch(&f->reads, 1, __ATOMIC_SEQ_CST);
	vers = peek(&f->vers);
	delay(f);
	failing = peek(&f->failing);
	if(failing != 0 && nread % failing == 0)
		error(Eio);
	len = peek(&f->length);
	if(off >= len)
		return 0;
	if(n > len - off)
		n = len - off;
	/* some devices give less than they were asked for */
	if(n > IOUNIT)
		n = IOUNIT;
	for(k = 0; k < n; k += m) {
		w = fileword(f->id, vers, (off + k) & ~7);
		m = 8 - (off + k) % 8;
		if(m > n - k)
			m = n - k;
		memcpy((uchar *)buf + k, (uchar *)&w + (off + k) % 8, m);
	}
	return n;
}

uintptr
databaseof(u32int text)
{
	return ROUNDUP(UTZERO + text, UTROUND);
}

void
execfile(File *f, u32int text, u32int data, u32int bss)
{
	Segment *sg[NSEG];
	Exechdr s;
	uintptr who;
	Chan *c;
	int n;

	memset(sg, 0, sizeof sg);
	c = openfile(f);
	if(waserror()) {
		ccloseq(c);
		nexterror();
	}
	/* what is noted of a file is never another's, nor another version's */
	who = c->qid.path << 32 | c->qid.vers;
	if(imageheader(c, &s))
		must(s.entry == who);
	execsegs(c, text, data, bss, sg);
	setimageheader(sg[TSEG], &(Exechdr){text, data, bss, who});
	poperror();
	ccloseq(c);
	if(waserror()) {
		for(n = TSEG; n <= BSEG; n++)
			putseg(sg[n]);
		nexterror();
	}
	sg[SSEG] = newseg(SG_STACK, USTKTOP - USTKSIZE, USTKSIZE / BY2PG);
	poperror();
	for(n = 0; n < NSEG; n++)
		setseg(n, sg[n]);
}
