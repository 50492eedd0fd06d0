/*
 * The end: panic and exit. Messages to the user on the way.
 */
#include "u.h"
#include "host/base/base.h"
#include "host/pool/pool.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	MaxTrace = 32,
};

int kprintfd = 2;

static void
print(const char *s, const char *e)
{
	long r;

	while(s < e) {
		r = hostcall(__NR_write, kprintfd, s, e - s);
		if(r == -EINTR || r == -EAGAIN)
			continue;
		if(r <= 0)
			return;
		s += r;
	}
}

void
kprint(const char *fmt, ...)
{
	char buf[512], *e;
	va_list ap;

	va_start(ap, fmt);
	e = vseprint(buf, buf + sizeof buf, fmt, ap);
	va_end(ap);
	print(buf, e);
}

static void
tracepc(uintptr pc)
{
	const char *name;
	u32int off;

	name = hostsym(pc, &off);
	if(name != nil)
		kprint(" %s+%#ux", name, off);
	else
		kprint(" %#llux", (uvlong)pc);
}

void
trace(uintptr bp, uintptr pc)
{
	uintptr frame[MaxTrace];
	u32int i, n;

	kprint("stack:");
	tracepc(pc);
	n = stackframes(bp, self.kstktop, frame, MaxTrace);
	for(i = 0; i < n; i++)
		tracepc(frame[i]);
	kprint("\n");
}

void
panic(const char *fmt, ...)
{
	static u32int panicking;
	char buf[256];
	va_list ap;

	/* this store comes first, because the instance may be ending already */
	instance.panicked = 1;
	if(__atomic_exchange_n(&panicking, 1, __ATOMIC_SEQ_CST) == 0) {
		va_start(ap, fmt);
		vseprint(buf, buf + sizeof buf, fmt, ap);
		va_end(ap);
		kprint("run9: panic: %s\n", buf);
		if(up != nil)
			kprint("process %d '%s', system call %d\n", up->pid,
			    up->text, up->syscall);
		trace((uintptr)__builtin_frame_address(0),
		    (uintptr)__builtin_return_address(0));
		dumpstate();
	}
	hostexit(KernelBroken);
}

void
hostexit(int status)
{
	u32int never;
	s32int pid;

	if(__atomic_exchange_n(&instance.ending, 1, __ATOMIC_SEQ_CST) == 0)
		astore(&instance.status, status);
	pid = hostcall(__NR_getpid, 0);
	/* slots die with the nursery, and the nursery dies with the supervisor */
	if(pid == instance.nurserypid || pid == instance.superpid)
		hostcall(__NR_exit_group, status);
	worknursery();
	never = 0;
	for(;;)
		hostwait(&never, 0, -1);
}
