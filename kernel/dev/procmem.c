/*
 * #p: a process's memory, registers and text, for debuggers.
 *
 * System calls in shared text are rewritten (host.h: fixtext); a reader sees the program's
 * own bytes. Before text is written to, it becomes private data of the process, with the
 * file's bytes.
 */
#include "u.h"
#include "aout.h"
#include "ureg.h"
#include "dev/dev.h"
#include "dev/procdev.h"
#include "host/host.h"
#include "lib/lib.h"
#include "mm/mm.h"
#include "ns/ns.h"
#include "proc/proc.h"

/* s, which was p's, if p was pid then. error(Ebadarg) if there is none. */
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

/* p's segment at addr, with a reference. Errors. */
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
		error(Eperm);
	return checkseg(txt2data(p, TSEG), p, pid);
}

/* How many of n bytes at addr are in s. */
static long
inseg(Segment *s, uintptr addr, long n)
{
	uintptr top;

	top = segtop(s);
	if(n < 0 || addr >= top)
		return 0;
	return top - addr < (uvlong)n ? (long)(top - addr) : n;
}

/* Of n bytes at addr, those in its page. */
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

/* Write n bytes from `from', kernel memory, to addr, within one page. Errors. */
static void
setmem(Segment *s, uintptr addr, uchar *from, long n)
{
	segcopy(s, addr, from, n, 1);
}

void
mayread(Proc *p)
{
	if(p->kp || __atomic_load_n(&p->privatemem, __ATOMIC_SEQ_CST))
		error(Eperm);
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
		/* the writer's memory may fault: not while its page is held */
		memmove(page, buf + done, (usize)m);
		setmem(s, addr, page, m);
		addr += (uintptr)m;
	}
	return n;
}

long
readprocmem(Proc *p, u32int pid, char *buf, long n, vlong off)
{
	Segment *s;
	uchar *page;
	long done;

	mayread(p);
	page = smalloc(BY2PG);
	onerror(free(page));
	s = memseg(p, pid, (uintptr)off);
	onerror(putseg(s));
	done = readseg(s, page, (uintptr)off, buf, n);
	poperror();
	putseg(s);
	poperror();
	free(page);
	return done;
}

long
writeprocmem(Proc *p, u32int pid, const char *buf, long n, vlong off)
{
	Segment *s;
	uchar *page;
	long done;

	mayread(p);
	mustbestopped(p);
	page = smalloc(BY2PG);
	onerror(free(page));
	s = writableseg(p, pid, (uintptr)off);
	onerror(putseg(s));
	done = writeseg(s, page, (uintptr)off, buf, n);
	poperror();
	putseg(s);
	poperror();
	free(page);
	return done;
}

/* --- registers --- */

static int
procstopped(Proc *p)
{
	return __atomic_load_n(&p->state, __ATOMIC_SEQ_CST) == Stopped;
}

/* p's registers while it is in the kernel. Called with p's notelock. */
static Ureg *
savedregs(Proc *p)
{
	return __atomic_load_n(&p->dbgreg, __ATOMIC_SEQ_CST);
}

long
readregs(Proc *p, u32int pid, char *buf, long n, vlong off)
{
	Ureg u, *r;
	usize have;

	lockproc(&p->notelock, p, pid);
	r = savedregs(p);
	if(r != nil)
		u = *r;
	qunlock(&p->notelock);
	if(r == nil)
		error(Enoreg);
	if(off < 0 || (uvlong)off >= sizeof u || n <= 0)
		return 0;
	have = sizeof u - (usize)off;
	if((usize)n > have)
		n = (long)have;
	memmove(buf, (char *)&u + off, (usize)n);
	return n;
}

/*
 * The machine makes cs, ss and flags safe when it loads them: touser in host.h.
 */
long
writeregs(Proc *p, u32int pid, const char *buf, long n, vlong off)
{
	uchar bytes[sizeof(Ureg)];
	Ureg *r;
	int ok;

	if(off < 0 || (uvlong)off >= sizeof bytes || n <= 0)
		return 0;
	if((usize)n > sizeof bytes - (usize)off)
		n = (long)(sizeof bytes - (usize)off);
	memmove(bytes, buf, (usize)n);
	mustbestopped(p);
	lockproc(&p->notelock, p, pid);
	r = savedregs(p);
	ok = r != nil && procstopped(p);
	if(ok)
		memmove((char *)r + off, bytes, (usize)n);
	qunlock(&p->notelock);
	if(!ok)
		error(Ebadctl);
	return n;
}

long
readfpregs(Proc *p, u32int pid, char *buf, long n, vlong off)
{
	uchar regs[FPREGSIZE];
	int ok;

	lockproc(&p->notelock, p, pid);
	ok = procstopped(p) && fpget(p, regs);
	qunlock(&p->notelock);
	if(!ok)
		error(Ebadctl);
	return readmem(off, buf, n, regs, sizeof regs);
}

long
writefpregs(Proc *p, u32int pid, const char *buf, long n, vlong off)
{
	uchar regs[FPREGSIZE], new[FPREGSIZE];
	int ok;

	if(off < 0 || (uvlong)off >= sizeof new || n <= 0)
		return 0;
	if((usize)n > sizeof new - (usize)off)
		n = (long)(sizeof new - (usize)off);
	memmove(new, buf, (usize)n);
	lockproc(&p->notelock, p, pid);
	ok = procstopped(p) && fpget(p, regs);
	if(ok) {
		memmove(regs + off, new, (usize)n);
		fpput(p, regs);
	}
	qunlock(&p->notelock);
	if(!ok)
		error(Ebadctl);
	return n;
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
