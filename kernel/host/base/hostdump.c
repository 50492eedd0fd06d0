/*
 * The machine's part of the state dump: what memory may be read, which host call a host process
 * waits in, and its kernel stack.
 *
 * waitbegin records a wait's frame in the Slot, so every process of the instance can walk that
 * stack. For a process in any other host call the host is asked (/proc/n/syscall).
 */
#include "u.h"
#include "host/entry/entry.h"
#include "host/pool/pool.h"
#include "lib/lib.h"
#include "proc/proc.h"

static const struct
{
	long nr;
	const char *name;
} hostnames[] = {
    {__NR_read, "read"},
    {__NR_write, "write"},
    {__NR_open, "open"},
    {__NR_openat, "openat"},
    {__NR_close, "close"},
    {__NR_poll, "poll"},
    {__NR_ppoll, "ppoll"},
    {__NR_pread64, "pread64"},
    {__NR_pwrite64, "pwrite64"},
    {__NR_preadv, "preadv"},
    {__NR_pwritev, "pwritev"},
    {__NR_readv, "readv"},
    {__NR_writev, "writev"},
    {__NR_splice, "splice"},
    {__NR_fsync, "fsync"},
    {__NR_getdents64, "getdents64"},
    {__NR_mmap, "mmap"},
    {__NR_munmap, "munmap"},
    {__NR_mprotect, "mprotect"},
    {__NR_madvise, "madvise"},
    {__NR_wait4, "wait4"},
    {__NR_nanosleep, "nanosleep"},
    {__NR_futex, "futex"},
};

static int
within(uintptr a, usize n, uintptr from, uintptr to)
{
	return a >= from && a < to && n <= to - a;
}

int
hostreadable(const void *p, usize n)
{
	uvlong heapmax;
	uintptr a;

	a = (uintptr)p;
	return within(a, n, (uintptr)ktext, (uintptr)eksyms) ||
	    within(a, n, (uintptr)kdata, (uintptr)ekdata) ||
	    within(a, n, HEAPVA, HEAPVA + hostheapsize(&heapmax)) ||
	    within(a, n, SLOTVA,
		SLOTVA + (uintptr)instance.nslot % (NSLOT + 1) * BY2PG);
}

s32int
hostinstance(void)
{
	return instance.superpid;
}

static const char *
hostcallname(long nr)
{
	uint i;

	for(i = 0; i < nelem(hostnames); i++)
		if(hostnames[i].nr == nr)
			return hostnames[i].name;
	return "of another kind";
}

/* Walk the frame pointers. A frame outside the stack, or a return address outside the kernel's
 * text, ends the walk. */
u32int
stackframes(uintptr bp, uintptr top, uintptr *pc, u32int max)
{
	uintptr *f;
	u32int n;

	for(n = 0; n < max; n++) {
		if(bp % 8 != 0 || bp < top - KSTKSIZE || bp > top - 16)
			break;
		f = (uintptr *)bp;
		if(!isktext(f[1]))
			break;
		pc[n] = f[1];
		if(f[0] <= bp) {
			n++;
			break;
		}
		bp = f[0];
	}
	return n;
}

static uintptr
stacktop(u32int i)
{
	return KSTKVA + (uintptr)(i + 1) * (KSTKSIZE + KSTKGUARD);
}

/* Ask the host which call process pid is in. The host's line has the number, six arguments, the
 * stack pointer and the pc, or "running". Returns 0 if the line is missing or names no call. */
static int
askhost(s32int pid, long *nr, u64int *arg, uintptr *sp)
{
	char buf[256], *s;
	long fd, n;
	int i;

	snprint(buf, sizeof buf, "/proc/%d/syscall", pid);
	fd = hostcall(__NR_open, buf, 0, 0);
	if(fd < 0)
		return 0;
	n = hostcall(__NR_read, fd, buf, sizeof buf - 1);
	hostcall(__NR_close, fd);
	if(n <= 0 || *buf < '0' || *buf > '9')
		return 0;
	buf[n] = 0;
	*nr = (long)strtoull(buf, &s, 10);
	*arg = strtoull(s, &s, 16);
	for(i = 0; i < 6; i++)
		*sp = strtoull(s, &s, 16);
	return *nr >= 0;
}

void
hostproc(Proc *p, Hostproc *h)
{
	uintptr sp, top, off;
	Slot *s;
	long nr;

	memset(h, 0, sizeof *h);
	s = p->mach.slot;
	off = (uintptr)s - SLOTVA;
	if((uintptr)s < SLOTVA || off % BY2PG != 0 || off / BY2PG >= NSLOT ||
	    s->proc != p)
		return;
	h->pid = s->hostpid;
	top = stacktop((u32int)(off / BY2PG));
	if(s->waitbp != 0) {
		h->call = hostcallname(s->waitnr);
		h->arg = s->waitarg;
		h->nframe = stackframes(s->waitbp, top, h->frame, NHOSTFRAME);
		h->sp = s->waitbp;
	} else if(h->pid > 0 && askhost(h->pid, &nr, &h->arg, &sp)) {
		h->call = hostcallname(nr);
		if(sp % 8 == 0 && sp >= top - KSTKSIZE && sp <= top - 8 &&
		    isktext(*(uintptr *)sp))
			h->frame[h->nframe++] = *(uintptr *)sp;
	}
}
