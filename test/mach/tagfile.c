/*
 * #T: tagfile.h.
 */
#include <string.h>
#include "mach.h"
#include "tagfile.h"
#include "mm/mmdat.h"
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

	c = newchan();
	c->type = devno(tagdev.dc, 0);
	c->qid.path = f->id;
	c->qid.vers = loadacquire(&f->vers);
	c->mode = OREAD;
	c->flag |= COPEN | CCACHE;
	c->aux = f;
	__atomic_add_fetch(&nopen, 1, __ATOMIC_SEQ_CST);
	return c;
}

u32int
opentags(void)
{
	return loadacquire(&nopen);
}

static void
tagclose(Chan *c)
{
	USED(c);
	__atomic_sub_fetch(&nopen, 1, __ATOMIC_SEQ_CST);
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
	while(loadacquire(&f->blocked))
		tsleep(&up->sleeprend, return0, nil, 1);
	if(loadacquire(&f->slow) && up->pid % 2 == 0)
		tsleep(&up->sleeprend, return0, nil, 1);
	poperror();
	__atomic_sub_fetch(&f->waiting, 1, __ATOMIC_SEQ_CST);
}

static long
tagread(Chan *c, void *buf, long n, vlong off)
{
	File *f;
	u64int w;
	u32int vers, len, nread, failing;
	long k, m;

	f = c->aux;
	nread = __atomic_add_fetch(&f->reads, 1, __ATOMIC_SEQ_CST);
	vers = loadacquire(&f->vers);
	delay(f);
	failing = loadacquire(&f->failing);
	if(failing != 0 && nread % failing == 0)
		error(Eio);
	len = loadacquire(&f->length);
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
		memmove((uchar *)buf + k, (uchar *)&w + (off + k) % 8, m);
	}
	return n;
}

/* --- what has names has none here --- */

static Chan *
tagattach(const char *spec)
{
	USED(spec);
	error(Enonexist);
}

static Walkqid *
tagwalk(Chan *c, Chan *nc, char **name, int nname)
{
	USED(c), USED(nc), USED(name), USED(nname);
	error(Enonexist);
}

static int
tagstat(Chan *c, uchar *buf, int n)
{
	USED(c), USED(buf), USED(n);
	error(Eperm);
}

static Chan *
tagopen(Chan *c, int omode)
{
	USED(c), USED(omode);
	error(Eperm);
}

static long
tagwrite(Chan *c, const void *buf, long n, vlong off)
{
	USED(c), USED(buf), USED(n), USED(off);
	error(Eperm);
}

Dev tagdev = {
    .dc = 'T',
    .name = "tag",
    .attach = tagattach,
    .walk = tagwalk,
    .stat = tagstat,
    .open = tagopen,
    .create = devnocreate,
    .close = tagclose,
    .read = tagread,
    .write = tagwrite,
    .remove = devnoremove,
    .wstat = devnowstat,
};

/* --- exec --- */

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
		cclose(c);
		nexterror();
	}
	/* what is noted of a file is never another's, nor another version's */
	who = c->qid.path << 32 | c->qid.vers;
	if(imageheader(c, &s))
		must(s.entry == who);
	execsegs(c, text, data, bss, sg);
	setimageheader(sg[TSEG], &(Exechdr){text, data, bss, who});
	poperror();
	cclose(c);
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
