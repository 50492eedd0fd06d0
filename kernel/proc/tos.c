/*
 * The cycle counts and the clock in a process's Tos: exec(2), prof(1).
 *
 * Plan 9 writes the counts at each return from the kernel. Here a system call is cheaper than
 * reading the processor's counter twice, so they are written where the host is asked for
 * the process's times anyway, or where a call may take long: exec, sleep, /dev/cputime.
 *
 * A program that prof(1) profiles says so in its Tos (prof.what) and asks for memory for it. The
 * kernel finds it at the next brk: from then on each of the program's system calls writes the
 * counts (Tcycles), and the profiler (profile.c) has its clock tick in user mode.
 */
#include "u.h"
#include "aout.h"
#include "tos.h"
#include "proc/profile.h"
#include "proc/proc.h"
#include "proc/sys.h"
#include "host/host.h"
#include "mm/mm.h"

/* Cycles in ns nanoseconds, computed so that no product overflows. */
static uvlong
cycles(uvlong ns, uvlong hz)
{
	return ns / 1000000000 * hz + ns % 1000000000 * (hz / 1000) / 1000000;
}

enum
{
	User,
	Sys,
};

/* Up's Tos, or nil if up may not write there. */
static Tos *
uptos(void)
{
	uintptr va;

	va = USTKTOP - sizeof(Tos);
	return okaddr(va, sizeof(Tos), 1) ? userptr(va) : nil;
}

void
toscycles(void)
{
	uvlong t[2], hz;
	Tos *tos;

	tos = uptos();
	if(tos == nil || waserror())
		return;
	uptimes(t);
	hz = hostcyclefreq();
	/* with Tcycles timedcall counts it */
	if((up->calltrace & Tcycles) == 0)
		tos->kcycles = cycles(t[Sys], hz);
	tos->pcycles = cycles(t[User] + t[Sys], hz);
	poperror();
}

void
tosunnotice(void)
{
	if(up->calltrace & Tcycles)
		__atomic_and_fetch(
		    &up->calltrace, ~(u32int)Tcycles, __ATOMIC_SEQ_CST);
}

void
tosnotice(void)
{
	Tos *tos;

	if(up->calltrace & Tcycles)
		return;
	tos = uptos();
	if(tos == nil)
		return;
	if(waserror()) {
		tosunnotice();
		return;
	}
	if(tos->prof.what != 0) {
		__atomic_or_fetch(&up->calltrace, Tcycles, __ATOMIC_SEQ_CST);
		startprofiler();
	}
	poperror();
}

void
tostick(u32int ms)
{
	Tos *tos;

	if((up->calltrace & Tcycles) == 0)
		return;
	tos = uptos();
	if(tos == nil || waserror())
		return;
	tos->clock += ms;
	poperror();
}

/* The processor time that up has used, in ns. */
static uvlong
used(void)
{
	uvlong t[2];

	proctimes(up, t);
	return t[User] + t[Sys];
}

/* A system call ends. before is what up had used when it began. */
static void
countcall(uvlong before)
{
	uvlong now, hz;
	Tos *tos;

	tos = uptos();
	/* exec clears Tcycles */
	if(tos == nil || (up->calltrace & Tcycles) == 0 || waserror())
		return;
	now = used();
	hz = hostcyclefreq();
	tos->kcycles += cycles(now - before, hz);
	tos->pcycles = cycles(now, hz);
	poperror();
}

uintptr
timedcall(Syscall *f)
{
	volatile uvlong before;
	uintptr r;

	before = used();
	if(waserror()) {
		countcall(before);
		nexterror();
	}
	r = f(up->callarg);
	poperror();
	countcall(before);
	return r;
}
