/*
 * Short system calls on the calling process itself.
 */
#include "u.h"
#include "aout.h"
#include "proc/proc.h"
#include "proc/sys.h"
#include "host/host.h"
#include "lib/lib.h"
#include "mm/mm.h"
#include "ns/ns.h"

uintptr
syssysr1(uintptr *args)
{
	USED(args);
	hanglock(validstr(args[0], KNAMELEN));
	return 0;
}

/* errstr(2): exchange the contents of the caller's buffer and the error string. */
static uintptr
swaperr(uintptr buf, u32int n)
{
	char tmp[ERRMAX], *p;

	if(n == 0)
		error(Ebadarg);
	if(n > ERRMAX)
		n = ERRMAX;
	p = validaddr(buf, n, 1);
	utfecpy(tmp, tmp + n, p);
	utfecpy(p, p + n, up->syserrstr);
	memmove(up->syserrstr, tmp, strlen(tmp) + 1);
	return 0;
}

uintptr
syserrstr(uintptr *args)
{
	return swaperr(args[0], ARGULONG(args[1]));
}

uintptr
sys_errstr(uintptr *args)
{
	enum
	{
		/* bytes of the old call's buffer */
		OLDERRMAX = 64,
	};

	return swaperr(args[0], OLDERRMAX);
}

uintptr
syssleep(uintptr *args)
{
	s32int ms;

	ms = ARGINT(args[0]);
	if(ms <= 0) {
		hostyield();
		return 0;
	}
	tsleep(&up->sleeprend, return0, nil, ms);
	toscycles();
	return 0;
}

uintptr
sysalarm(uintptr *args)
{
	u32int ms;
	uvlong now, old;

	ms = ARGULONG(args[0]);
	if(ms == 0 && loadrelaxed(&up->alarm) == 0)
		return 0;
	now = monons();
	old = setalarm(ms == 0 ? 0 : now + (uvlong)ms * 1000000);
	if(old <= now)
		return 0;
	return (old - now + 999999) / 1000000;
}

uintptr
sysnotify(uintptr *args)
{
	if(args[0] != 0)
		validaddr(args[0], sizeof(uintptr), 0);
	up->notify = args[0];
	return 0;
}

/* noted() does everything, on the way out. */
uintptr
sysnoted(uintptr *args)
{
	USED(args);
	return 0;
}

uintptr
sys_nsec(uintptr *args)
{
	vlong t;

	t = todns();
	/* the old form stores through its argument */
	if(args[0] != 0 && okaddr(args[0], sizeof t, 1) &&
	    args[0] % sizeof t == 0 && !waserror()) {
		*(vlong *)userptr(args[0]) = t;
		poperror();
	}
	return t;
}

uintptr
sysbrk_(uintptr *args)
{
	uintptr r;

	r = ibrk(up, args[0], BSEG);
	tosnotice();
	return r;
}

uintptr
syssegbrk(uintptr *args)
{
	uintptr addr;
	Segment *s;
	int i;

	addr = args[0];
	for(i = 0; i < NSEG; i++) {
		s = up->seg[i];
		if(s == nil || addr < segbase(s) || addr >= segtop(s))
			continue;
		switch(segtype(s) & SG_TYPE) {
		case SG_TEXT:
		case SG_DATA:
		case SG_STACK:
			error(Ebadarg);
		default:
			return ibrk(up, args[1], i);
		}
	}
	error(Ebadarg);
}

uintptr
syssegattach(uintptr *args)
{
	char *class;
	uintptr va;

	class = validstr(args[1], PATHMAX);
	onerror(free(class));
	validname(class, 1);
	va = segattach(up, ARGINT(args[0]), class, args[2], ARGULONG(args[3]));
	poperror();
	free(class);
	return va;
}

uintptr
syssegdetach(uintptr *args)
{
	segdetach(up, args[0]);
	return 0;
}

/* segbrk(2): free the whole pages of [from, to). Only these must be of one segment. */
uintptr
syssegfree(uintptr *args)
{
	uintptr from, to;
	Segment *s;

	from = args[0];
	to = from + ARGULONG(args[1]);
	if(to < from)
		error(Ebadarg);
	s = seg(up, from, 1);
	if(s == nil)
		error(Ebadarg);
	to = ROUNDDN(to, (uintptr)BY2PG);
	from = ROUNDUP(from, (uintptr)BY2PG);
	if(from < to) {
		if(to > segtop(s)) {
			segunlock(s);
			error(Ebadarg);
		}
		mfreeseg(s, from, (to - from) / BY2PG);
	}
	segunlock(s);
	return 0;
}

uintptr
syssegflush(uintptr *args)
{
	uintptr from, to;

	/* outwards to whole pages, so that a range of no bytes may be a page */
	from = ROUNDDN(args[0], (uintptr)BY2PG);
	to = args[0] + ARGULONG(args[1]);
	if(to < args[0])
		error(Ebadarg);
	to = ROUNDUP(to, (uintptr)BY2PG);
	if(to < from)
		error(Ebadarg);
	segflush(up, from, to);
	return 0;
}

/* The Segment of the semaphore at addr, whose value is not negative. It need not be aligned,
 * but must lie in one cache line: the host's processors change it in one step only there. */
static Segment *
semaseg(uintptr addr)
{
	enum
	{
		Cacheline = 64,
	};
	Segment *s;
	s32int *w;

	w = validaddr(addr, sizeof *w, 1);
	if(addr % Cacheline > Cacheline - sizeof *w)
		error(Ebadarg);
	s = seg(up, addr, 0);
	if(s == nil || *w < 0)
		error(Ebadarg);
	return s;
}

uintptr
syssemacquire(uintptr *args)
{
	Segment *s;

	s = semaseg(args[0]);
	return semacquire(s, args[0], ARGINT(args[1]));
}

uintptr
systsemacquire(uintptr *args)
{
	Segment *s;

	s = semaseg(args[0]);
	return tsemacquire(s, args[0], ARGULONG(args[1]));
}

uintptr
syssemrelease(uintptr *args)
{
	Segment *s;
	s32int delta;

	s = semaseg(args[0]);
	delta = ARGINT(args[1]);
	if(delta < 0)
		error(Ebadarg);
	return semrelease(s, args[0], delta);
}
