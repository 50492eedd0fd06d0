/*
 * How much processor time of the host a Proc has used.
 */
#include "u.h"
#include "host/pool/pool.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	/* ns: a usage this recent is not asked for again. Programs are shown ms */
	Justnow = 100000,
};

static void
owntimes(uvlong *user, uvlong *sys)
{
	struct
	{
		/* user time in seconds and microseconds, then system time */
		vlong usec[4];
		vlong rest[14];
	} ru;

	memset(&ru, 0, sizeof ru);
	hostcall(__NR_getrusage, 0, &ru);
	*user = (ru.usec[0] * 1000000 + ru.usec[1]) * 1000;
	*sys = (ru.usec[2] * 1000000 + ru.usec[3]) * 1000;
	self.usage[0] = *user;
	self.usage[1] = *sys;
	self.usageat = monons();
}

void
hosttimeslately(uvlong *user, uvlong *sys)
{
	if(self.usageat == 0 || monons() - self.usageat > Justnow) {
		owntimes(user, sys);
		return;
	}
	*user = self.usage[0];
	*sys = self.usage[1];
}

/* Read the host's /proc/pid/stat into buf, of n bytes. Returns 0 if there is none. */
static int
hoststatus(s32int pid, char *buf, int n)
{
	char name[32];
	long fd, m;

	snprint(name, sizeof name, "/proc/%d/stat", pid);
	fd = hostcall(__NR_open, name, 0, 0);
	if(fd < 0)
		return 0;
	m = hostcall(__NR_read, fd, buf, n - 1);
	hostcall(__NR_close, fd);
	if(m <= 0)
		return 0;
	buf[m] = 0;
	return 1;
}

void
hosttimes(Proc *p, uvlong *user, uvlong *sys)
{
	enum
	{
		/* numbers of fields in proc(5)'s stat. Comm ends with ) */
		Comm = 2,
		Utime = 14,
		NSPERTICK = 10 * 1000 * 1000,
	};
	char buf[512], *s;
	Slot *slot;
	int i;

	if(p == up) {
		owntimes(user, sys);
		return;
	}
	*user = *sys = 0;
	slot = p->mach.slot;
	if(slot == nil || slot->proc != p || slot->hostpid == 0 ||
	    !hoststatus(slot->hostpid, buf, sizeof buf))
		return;
	s = strrchr(buf, ')');
	for(i = Comm; s != nil && i < Utime; i++)
		s = strchr(s + 1, ' ');
	if(s == nil)
		return;
	*user = strtoull(s + 1, &s, 10) * NSPERTICK;
	*sys = strtoull(s, &s, 10) * NSPERTICK;
}

void
hostyield(void)
{
	hostcall(__NR_sched_yield, 0);
}
