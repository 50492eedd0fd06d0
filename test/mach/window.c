/*
 * The test machine's windows, through which the kernel reaches user memory: each
 * process has one. The host maps a frame there at the first touch, so a window
 * is a TLB of the page table. What the table does not have becomes a page fault,
 * as it does on Linux.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <ucontext.h>
#include "priv.h"
#include "aout.h"
#include "lib/lib.h"

long libcsyscall(long, ...) __asm__("syscall"); /* the kernel has another */

enum
{
	/* libc names it only with extensions that define much else */
	RegErr = 19,
	/* in a page fault's error code */
	ErrWrite = 2,
};

static uchar *windows;

/* The host's mmap itself: sanitizers need not know of windows. */
static void
hostmap(void *p, uvlong n, int prot, int flags, int fd, vlong off)
{
	long r;

	r = libcsyscall(SYS_mmap, p, n, prot, flags | MAP_FIXED, fd, off);
	if(r != (long)p)
		panic("mmap: error %d", errno);
}

void
hide(Mmu *m, u32int k, u32int n)
{
	u32int i, j;

	for(i = k; i < k + n; i = j) {
		for(j = i; j < k + n && m->page[j].shown; j++)
			m->page[j].shown = 0;
		if(j > i)
			hostmap(m->base + (uvlong)i * BY2PG,
			    (uvlong)(j - i) * BY2PG, PROT_NONE,
			    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
		else
			j++;
	}
}

void *
userptr(uintptr va)
{
	return self->mmu.base + va;
}

/* Show page k in the window; 0 if the table does not allow that. */
static int
show(Mmu *m, u32int k, int write)
{
	Mapping *e;
	int ok, prot;

	pthread_mutex_lock(&m->lk);
	e = &m->page[k];
	ok = (e->prot & (write ? Pwrite : Pread)) != 0;
	if(ok) {
		prot = (e->prot & Pwrite) ? PROT_READ | PROT_WRITE : PROT_READ;
		hostmap(m->base + (uvlong)k * BY2PG, BY2PG, prot, MAP_SHARED,
		    arenafd, (vlong)e->frame * BY2PG);
		e->shown = 1;
	}
	pthread_mutex_unlock(&m->lk);
	return ok;
}

/* Make va, which the kernel is about to read (write), so: or error. */
static void
kernelfault(uintptr va, int write)
{
	char buf[ERRMAX];
	int r;

	while(!show(&self->mmu, va / BY2PG, write)) {
		up->nfaults++;
		r = kernfault(va, write);
		if(r == Fok)
			continue;
		if(up->nerrlab == 0) {
			snprint(buf, sizeof buf,
			    "sys: trap: fault read addr=%#llux", (uvlong)va);
			pexit(buf, 1);
		}
		if(r == Fioerr)
			nopage(nil, va);
		error(r == Fbad ? Ebadarg : Eintr);
	}
}

/* What is not a fault of the kernel's is for these. */
static struct sigaction oldsegv, oldbus;

static void
segv(int sig, siginfo_t *si, void *context)
{
	ucontext_t *c;
	uintptr addr;
	int e;

	c = context;
	addr =
	    (uintptr)si->si_addr - (self != nil ? (uintptr)self->mmu.base : 0);
	if(self == nil || up == nil || addr < UTZERO || addr >= USTKTOP) {
		fprintf(stderr, "signal %d, address %p, pid %d\n", sig,
		    si->si_addr, up != nil ? (int)up->pid : -1);
		sigaction(sig, sig == SIGSEGV ? &oldsegv : &oldbus, nil);
		return;
	}
	e = errno;
	kernelfault(addr, (c->uc_mcontext.gregs[RegErr] & ErrWrite) != 0);
	errno = e;
}

int
hostcopies(uintptr pc)
{
	USED(pc);
	return 0;
}

uchar *
windowbase(u32int index)
{
	return windows + (uvlong)index * USTKTOP;
}

void
windowinit(void)
{
	struct sigaction sa;

	windows = mmap(nil, NSLOT * USTKTOP, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	must(windows != MAP_FAILED);
	memset(&sa, 0, sizeof sa);
	sa.sa_sigaction = segv;
	sa.sa_flags = SA_SIGINFO | SA_NODEFER;
	sigaction(SIGSEGV, &sa, &oldsegv);
	sigaction(SIGBUS, &sa, &oldbus);
}
