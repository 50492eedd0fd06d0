/*
 * The test machine's processor: what of a program is not C. user.h says what a
 * program is.
 *
 * While a program's function runs there is an Act for it on the thread's
 * stack. Into the kernel goes a Ureg that says which Act it was (r15); when the
 * kernel has done with it, the Ureg says where to go on: in that Act, in an
 * outer one (a note handler has ended), in a handler, which gets an Act inside,
 * or at the start of a new program, for which the stack is cut back.
 */
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include "priv.h"
#include "user.h"
#include "aout.h"
#include "lib/lib.h"
#include "cpu.h"

enum
{
	/* the pc of a program in the kernel: in its header, which it has mapped */
	Trappc = UTZERO + 8,
	Nfn = 256,
	Word = 8,
	Nargs = 6,
};

struct Act
{
	Act *out;
	u64int serial;
	/* what a child or, without one, nobody goes on with */
	u64int childfn;
	uintptr childarg;
	uintptr sp;
	/* in the kernel: where to go on, and with what */
	int trapped;
	jmp_buf label;
	Ureg ureg;
};

static Userfn *fns[Nfn]; /* set before threads run */
static int nfns;
static u64int serial; /* atomic */

int
userfn(Userfn *f)
{
	int i;

	for(i = 1; i <= nfns; i++)
		if(fns[i] == f)
			return i;
	must(nfns < Nfn - 1);
	fns[++nfns] = f;
	return nfns;
}

static int
takekick(void)
{
	return __atomic_exchange_n(&self->kicked, 0, __ATOMIC_SEQ_CST) != 0;
}

/* On the way to user mode, as kernel/host does it. */
static void
exitwork(Ureg *u)
{
	nolocks("return to user mode");
	while(takekick())
		notify(u);
}

/* Run the function that the text at u->pc names, or number fn if it is not 0. */
static _Noret void
begin(const Ureg *u, u64int fn, uintptr arg)
{
	Act a;
	u64int w;

	memset(&a, 0, sizeof a);
	a.out = self->act;
	a.serial = __atomic_add_fetch(&serial, 1, __ATOMIC_SEQ_CST);
	a.sp = u->sp;
	self->act = &a;
	inkernel(0);
	if(fn == 0) {
		w = uload(u->pc & ~(u64int)7) & ~FIXED;
		if(w >> 32 != Fnmagic)
			utrap("sys: trap: invalid opcode");
		fn = w & 0xFFFFFFFF;
	}
	must(fn > 0 && (int)fn <= nfns);
	fns[fn](arg);
	uexits("");
}

/* Leave the kernel for wherever u leads; returns if that is Act a. */
static void
leave(Act *a, Ureg *u)
{
	Act *to;

	exitwork(u);
	if(u->pc == Trappc) {
		for(to = a; to != nil && to->serial != u->r15; to = to->out)
			;
		if(to == nil) {
			/* a child in its parent's handler returned from it */
			self->regs = *u;
			longjmp(self->base, Run);
		}
		if(to != a) {
			must(to->trapped);
			self->act = to;
			to->ureg = *u;
			longjmp(to->label, 1);
		}
		inkernel(0);
		return;
	}
	if(u->bp == 0) { /* exec */
		self->regs = *u;
		longjmp(self->base, Run);
	}
	begin(u, 0, u->bp);
}

void
runuser(void)
{
	Ureg u;

	u = self->regs;
	self->act = nil;
	if(u.pc == Trappc)
		begin(&u, u.r14, u.r13);
	begin(&u, 0, 0);
}

void
touser(Ureg *u)
{
	up->dbgreg = u;
	exitwork(u);
	if(u->pc == Trappc && self->act != nil)
		leave(self->act, u);
	self->regs = *u;
	longjmp(self->base, Run);
}

void
fullregs(void)
{
}

void
notedregs(Ureg *u, const Ureg *new)
{
	*u = *new;
}

/* Into the kernel, which does k(u, arg), and back. */
void
trap(Ureg *u, void (*k)(Ureg *, void *), void *arg)
{
	Act *a;

	a = self->act;
	u->pc = Trappc;
	u->sp = a->sp;
	u->r13 = a->childarg;
	u->r14 = a->childfn;
	u->r15 = a->serial;
	must(!a->trapped);
	if(libcsetjmp(a->label) == 0) {
		a->trapped = 1;
		inkernel(1);
		up->dbgreg = u;
		k(u, arg);
		leave(a, u);
	} else {
		/* inkernel was left by the Act that came back here */
		*u = a->ureg;
		inkernel(0);
	}
	a->trapped = 0;
}

static void
nothing(Ureg *u, void *arg)
{
	USED(u), USED(arg);
}

void
upoll(void)
{
	Ureg u;

	if(!aload(&self->kicked))
		return;
	memset(&u, 0, sizeof u);
	u.bp = 1;
	trap(&u, nothing, nil);
}

static void
dotrap(Ureg *u, void *msg)
{
	trapnote(u, msg);
}

void
utrap(const char *msg)
{
	Ureg u;

	memset(&u, 0, sizeof u);
	u.bp = 1;
	for(;;)
		trap(&u, dotrap, (void *)msg);
}

typedef struct Miss Miss;
struct Miss
{
	uintptr va;
	int write;
};

static void
dofault(Ureg *u, void *arg)
{
	char buf[ERRMAX];
	Miss *m;
	int r;

	m = arg;
	up->nfaults++;
	storerelaxed(&up->psstate, "Fault");
	r = fault(m->va, m->write);
	storerelaxed(&up->psstate, nil);
	if(r == Fok || r == Fintr)
		return;
	if(r == Fioerr) {
		nopage(u, m->va);
		return;
	}
	snprint(buf, sizeof buf, "sys: trap: fault %s addr=%#llux",
	    m->write ? "write" : "read", (uvlong)m->va);
	trapnote(u, buf);
}

static void
touch(uintptr va, int write, uvlong *v)
{
	Miss m = {va, write};
	Ureg u;

	upoll();
	while(!access(va, write, v)) {
		memset(&u, 0, sizeof u);
		u.bp = 1;
		trap(&u, dofault, &m);
	}
}

u64int
uload(uintptr va)
{
	uvlong v;

	touch(va, 0, &v);
	return v;
}

void
ustore(uintptr va, u64int v)
{
	uvlong w;

	w = v;
	touch(va, 1, &w);
}

static void
dosyscall(Ureg *u, void *arg)
{
	USED(arg);
	syscall(u);
}

vlong
sysv(int n, uintptr *args)
{
	Ureg u;
	Act *a;
	int i;

	a = self->act;
	upoll();
	/* a return address, and the arguments above it */
	a->sp -= (Nargs + 1) * Word;
	for(i = 0; i < Nargs; i++)
		ustore(a->sp + (i + 1) * Word, args[i]);
	memset(&u, 0, sizeof u);
	u.bp = n;
	trap(&u, dosyscall, nil);
	a->sp += (Nargs + 1) * Word;
	return u.ax;
}

int
ufork(u32int flags, Userfn *f, uintptr arg)
{
	Act *a;
	int pid;

	a = self->act;
	a->childfn = userfn(f);
	a->childarg = arg;
	pid = sys(Nrfork, flags);
	return pid;
}

uintptr
ualloc(u32int n)
{
	self->act->sp -= ROUNDUP(n, 16);
	return self->act->sp;
}

uintptr
usp(void)
{
	return self->act->sp;
}

void
usetsp(uintptr sp)
{
	self->act->sp = sp;
}

u64int *
ufp(void)
{
	return &self->fp;
}
