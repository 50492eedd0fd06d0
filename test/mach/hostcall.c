/*
 * What kernel/host's files of host files stand on, and what the host's user
 * would say.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <asm/statfs.h>
#include <linux/magic.h>
#include "priv.h"
#include "host/debug.h"
#include "host/hostfile.h"
#include "lib/lib.h"

long libcsyscall(long, ...) __asm__("syscall"); /* the kernel has another */
long hostcall_(long nr, long a, long b, long c, long d, long e, long f);
long blockcall_(long nr, long a, long b, long c, long d, long e, long f);
void sayhostlimit(long err);

int coarsetimes;

long
hostcall_(long nr, long a, long b, long c, long d, long e, long f)
{
	long r;

	r = libcsyscall(nr, a, b, c, d, e, f);
	if(coarsetimes && nr == SYS_fstatfs && r == 0)
		((struct statfs *)b)->f_type = OVERLAYFS_SUPER_MAGIC;
	return r < 0 ? -errno : r;
}

/* The tests reach limits of their own. */
void
sayhostlimit(long err)
{
	USED(err);
}

int
hostfdscarce(int fd)
{
	USED(fd);
	return 0;
}

long
blockcall_(long nr, long a, long b, long c, long d, long e, long f)
{
	long r;

	nolocks("host call that may wait");
	for(;;) {
		running(-1);
		__atomic_add_fetch(&self->blocked, 1, __ATOMIC_SEQ_CST);
		/* a note that came before that did not see it */
		if(__atomic_load_n(&up->notepending, __ATOMIC_SEQ_CST))
			r = -EINTR;
		else
			r = hostcall_(nr, a, b, c, d, e, f);
		__atomic_add_fetch(&self->blocked, 1, __ATOMIC_SEQ_CST);
		running(1);
		if(r != -EINTR || hasintr())
			return r;
	}
}

/* A signal that comes before the call has begun is lost: so it is sent until the
 * call has ended. */
void
endblock(Slot *s)
{
	struct timespec t = {0, 20000};
	u32int n;

	n = aload(&s->blocked);
	while(n % 2 != 0 && aload(&s->blocked) == n) {
		pthread_kill(s->thread, SIGUSR2);
		nanosleep(&t, nil);
	}
}

static void
nothing(int sig)
{
	USED(sig);
}

void
hostcallinit(void)
{
	struct sigaction sa = {.sa_handler = nothing};

	sigaction(SIGUSR2, &sa, nil);
	sa.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &sa, nil);
}

const char *
hostnote(void)
{
	for(;;)
		hostwait(&(u32int){0}, 0, -1);
}

int
hostinterrupted(void)
{
	return 0;
}

/* The state dump here is of the kernel's words alone: it knows no names of
 * functions, and no thread's stack. */
const char *
hostsym(uintptr addr, u32int *off)
{
	USED(addr), USED(off);
	return nil;
}

int
hostreadable(const void *p, usize n)
{
	USED(n);
	return p != nil;
}

s32int
hostinstance(void)
{
	return 0;
}

/* Where p's thread began in the kernel, instead of where it is. */
void
hostproc(Proc *p, Hostproc *h)
{
	Slot *s;

	memset(h, 0, sizeof *h);
	s = aload(&p->mach.slot);
	if(s == nil || aload(&s->proc) != p)
		return;
	h->nframe = 1;
	h->frame[0] = (uintptr)s->start;
}
