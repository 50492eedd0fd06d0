/*
 * #p: a process's memory and text, for debuggers.
 *
 * System calls in shared text are rewritten (host.h: fixtext); a reader gets the program's own
 * bytes. Before text is written to, it becomes private data of the process, with the file's
 * bytes.
 */
#include "u.h"
#include "aout.h"
#include "dev/dev.h"
#include "dev/procdev.h"
#include "host/host.h"
#include "lib/lib.h"
#include "mm/mm.h"
#include "ns/ns.h"
#include "proc/proc.h"

/* Returns s, which was p's, if p was process pid at that time. error(Ebadarg) if s is nil. */
static Segment *
checkseg(Segment *s, Proc *p, u32int pid)
{
	if(isgone(p, pid)) {
		putseg(s);
		error(Eprocdied);
	}
	if(s == nil)
		error(Ebadarg);
	return s;
}

/* p's Segment that contains addr, with a reference. Errors. */
static Segment *
memseg(Proc *p, u32int pid, uintptr addr)
{
	return checkseg(segref(p, addr), p, pid);
}

/* The same for a write: a shared text becomes p's own. */
static Segment *
writableseg(Proc *p, u32int pid, uintptr addr)
{
	Segment *s;
	int istext;

	s = memseg(p, pid, addr);
	if(!segronly(s))
		return s;
	istext = (segtype(s) & SG_TYPE) == SG_TEXT;
	putseg(s);
	if(!istext)
		error(Eio);
	return checkseg(txt2data(p, TSEG), p, pid);
}

/* How many of the n bytes at addr are in s. */
static long
inseg(Segment *s, uintptr addr, long n)
{
	uintptr top;

	top = segtop(s);
	if(n < 0 || addr >= top)
		return 0;
	return top - addr < (uvlong)n ? (long)(top - addr) : n;
}

/* How many of the n bytes at addr are in addr's page. */
static long
inpage(uintptr addr, long n)
{
	long left;

	left = BY2PG - (long)(addr % BY2PG);
	return n < left ? n : left;
}

/* Copy the page at addr, with the program's own bytes, to page. Errors. */
static void
getpage(Segment *s, uintptr addr, uchar *page)
{
	addr = ROUNDDN(addr, BY2PG);
	segcopy(s, addr, page, BY2PG, 0);
	if((segtype(s) & SG_TYPE) == SG_TEXT)
		unfixtext(page, addr, BY2PG);
}

/* Write n bytes from `from', which is kernel memory, to addr, within one page. Errors. */
static void
setmem(Segment *s, uintptr addr, uchar *from, long n)
{
	segcopy(s, addr, from, n, 1);
}

static long
readseg(Segment *s, uchar *page, uintptr addr, char *buf, long n)
{
	long done, m;

	n = inseg(s, addr, n);
	for(done = 0; done < n; done += m) {
		m = inpage(addr, n - done);
		getpage(s, addr, page);
		memmove(buf + done, page + addr % BY2PG, (usize)m);
		addr += (uintptr)m;
	}
	return n;
}

static long
writeseg(Segment *s, uchar *page, uintptr addr, const char *buf, long n)
{
	long done, m;

	n = inseg(s, addr, n);
	for(done = 0; done < n; done += m) {
		m = inpage(addr, n - done);
		/* copied here, because the writer's memory may fault */
		memmove(page, buf + done, (usize)m);
		setmem(s, addr, page, m);
		addr += (uintptr)m;
	}
	return n;
}

long
readprocmem(Procio *f, char *buf, long n)
{
	Segment *s;
	uchar *page;
	long done;

	page = smalloc(BY2PG);
	onerror(free(page));
	s = memseg(f->p, f->pid, (uintptr)f->off);
	onerror(putseg(s));
	done = readseg(s, page, (uintptr)f->off, buf, n);
	poperror();
	putseg(s);
	poperror();
	free(page);
	return done;
}

long
writeprocmem(Procio *f, const char *buf, long n)
{
	Segment *s;
	uchar *page;
	long done;

	mustbestopped(f->p);
	page = smalloc(BY2PG);
	onerror(free(page));
	s = writableseg(f->p, f->pid, (uintptr)f->off);
	onerror(putseg(s));
	done = writeseg(s, page, (uintptr)f->off, buf, n);
	poperror();
	putseg(s);
	poperror();
	free(page);
	return done;
}

/* --- text --- */

Chan *
textchan(Proc *p, u32int pid)
{
	Segment *s;
	Chan *c;

	s = segref(p, UTZERO);
	if(isgone(p, pid)) {
		putseg(s);
		error(Eprocdied);
	}
	c = s != nil ? segchan(s) : nil;
	putseg(s);
	if(c == nil)
		error(Enonexist);
	return c;
}
