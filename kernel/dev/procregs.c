/*
 * #p: registers, and the kernel's view of a process, for debuggers.
 *
 * While a process is in the kernel, its user registers are in a Ureg there. Its
 * floating-point registers stay in the processor until it stops, or is asked for them.
 */
#include "u.h"
#include "dev/dev.h"
#include "dev/procdev.h"
#include "host/host.h"
#include "lib/lib.h"
#include "ureg.h"

/* How many of the n bytes at off are below size. */
static long
cutto(vlong off, long n, usize size)
{
	if(off < 0 || (uvlong)off >= size || n <= 0)
		return 0;
	return (usize)n < size - (usize)off ? n : (long)(size - (usize)off);
}

/* p's registers while it is in the kernel. If they are not known: error(Enoreg), and notelock
 * is released. Caller holds p's notelock. */
static Ureg *
savedregs(Proc *p)
{
	Ureg *u;

	u = aload(&p->dbgreg);
	if(u == nil) {
		qunlock(&p->notelock);
		error(Enoreg);
	}
	return u;
}

long
readregs(Procio *f, char *buf, long n)
{
	Ureg u;

	lockproc(&f->p->notelock, f->p, f->pid);
	u = *savedregs(f->p);
	qunlock(&f->p->notelock);
	return readmem(f->off, buf, n, &u, sizeof u);
}

/* Bits that no program may set stay as they are: setuserregs. */
long
writeregs(Procio *f, const char *buf, long n)
{
	uchar bytes[sizeof(Ureg)];
	Ureg *r, u;

	n = cutto(f->off, n, sizeof bytes);
	if(n == 0)
		return 0;
	memmove(bytes, buf, (usize)n);
	lockproc(&f->p->notelock, f->p, f->pid);
	r = savedregs(f->p);
	u = *r;
	memmove((char *)&u + f->off, bytes, (usize)n);
	setuserregs(f->p, r, &u);
	qunlock(&f->p->notelock);
	return n;
}

/* --- floating point --- */

static int
isstill(Proc *p)
{
	u32int state;

	state = aload(&p->state);
	return state == Stopped || state == Broken;
}

/* Copy p's floating-point state to regs. up's own is in the processor; another's is known while
 * it is stopped, or fpask has copied it. Caller holds p's notelock. */
static int
fpregs(Proc *p, uchar *regs)
{
	if(p == up)
		fpstop();
	return fpget(p, regs);
}

long
readfpregs(Procio *f, char *buf, long n)
{
	uchar regs[FPREGSIZE];
	int ok;

	if(f->p != up && !isstill(f->p) && !fpask(f->p))
		error(Enoreg);
	lockproc(&f->p->notelock, f->p, f->pid);
	ok = fpregs(f->p, regs);
	qunlock(&f->p->notelock);
	if(!ok)
		error(Enoreg);
	return readmem(f->off, buf, n, regs, sizeof regs);
}

long
writefpregs(Procio *f, const char *buf, long n)
{
	uchar regs[FPREGSIZE], new[FPREGSIZE];
	int ok, asked;

	n = cutto(f->off, n, sizeof new);
	if(n == 0)
		return 0;
	memmove(new, buf, (usize)n);
	asked = f->p != up && !isstill(f->p);
	if(asked && !fpask(f->p))
		error(Enoreg);
	lockproc(&f->p->notelock, f->p, f->pid);
	ok = fpregs(f->p, regs);
	if(ok) {
		memmove(regs + f->off, new, (usize)n);
		fpput(f->p, regs);
		if(f->p == up)
			fpgo();
	}
	qunlock(&f->p->notelock);
	if(!ok || (asked && !fpset(f->p)))
		error(Enoreg);
	return n;
}

/* --- the kernel's --- */

/* Where p waits in the kernel; zeros if it does not wait. */
long
readkregs(Procio *f, char *buf, long n)
{
	Hostproc h;
	Ureg u;

	memset(&u, 0, sizeof u);
	hostproc(f->p, &h);
	if(h.nframe > 0) {
		u.pc = h.frame[0];
		u.sp = h.sp;
	}
	return readmem(f->off, buf, n, &u, sizeof u);
}

/* The kernel uses no floating-point registers. */
long
readkfpregs(Procio *f, char *buf, long n)
{
	USED(f), USED(buf), USED(n);
	error(Enoreg);
}

/* The bytes of a Proc. */
long
readprocstruct(Procio *f, char *buf, long n)
{
	enum
	{
		NWORD = sizeof(Proc) / sizeof(u64int),
	};
	u64int *words;
	u32int i;

	_Static_assert(sizeof(Proc) % sizeof(u64int) == 0, "words");
	words = smalloc(sizeof(Proc));
	/* atomic, because the Proc changes meanwhile */
	for(i = 0; i < NWORD; i++)
		words[i] = loadrelaxed((u64int *)f->p + i);
	return readfree(f->off, buf, n, words, sizeof(Proc));
}
