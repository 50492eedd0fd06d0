#include "unit.h"
#include "mach/mach.h"
#include "mach/user.h"
#include "lib/lib.h"
#include "proc/sys.h"
#include "stormacts.h"

u32int
stormrnd(u32int *s, u32int n)
{
	*s = *s * 1664525u + 1013904223u;
	return (*s >> 8) % n;
}

void
actblock(u32int *s)
{
	uintptr va;
	int fd[2];

	ustore(Waiting, 1);
	sys(Nalarm, Tick);
	switch(stormrnd(s, 4)) {
	case 0:
		sys(Nrendezvous, stormrnd(s, 3), stormrnd(s, 100));
		break;
	case 1:
		sys(Nsemacquire, Sem, 1);
		break;
	case 2:
		sys(Ntsemacquire, Sem, 2);
		sys(Nsemrelease, Sem, 1);
		break;
	case 3:
		va = ualloc(64);
		if((int)sys(Npipe, va) < 0)
			break;
		ucopyin(fd, va, sizeof fd);
		if(stormrnd(s, 2))
			uwrites(fd[1], "x");
		sys(Npread, fd[0], va, 1, ~(uintptr)0);
		sys(Nclose, fd[0]);
		sys(Nclose, fd[1]);
		break;
	}
	ustore(Waiting, 0);
	sys(Nalarm, 0);
}

void
actnames(u32int *s)
{
	int fd;

	switch(stormrnd(s, 6)) {
	case 0:
		sys(Nbind, upush("/bin"), upush("/mnt"), stormrnd(s, 3));
		break;
	case 1:
		sys(Nunmount, 0, upush("/mnt"));
		break;
	case 2:
		sys(Nchdir, upush(stormrnd(s, 2) ? "/bin" : "/"));
		break;
	case 3:
		fd = uopen(stormrnd(s, 2) ? "/mnt/leaf" : "leaf", OREAD);
		if(fd >= 0)
			sys(Nclose, fd);
		break;
	case 4:
		sys(Nrfork, stormrnd(s, 2) ? RFNAMEG : RFENVG);
		break;
	case 5:
		fd = uopen("/env/x", OREAD);
		if(fd >= 0)
			sys(Nclose, fd);
		sys(Nrfork, RFFDG | RFREND);
		break;
	}
}

void
actmemory(u32int *s)
{
	uintptr top;
	u32int k;

	top = Base + Data + Bss;
	k = 1 + stormrnd(s, 4);
	if((int)sys(Nbrk_, top + k * BY2PG) >= 0) {
		ustore(top + (k - 1) * BY2PG, 7);
		sys(Nbrk_, top);
	}
	sys(Nsegfree, Base + Data + Bss - BY2PG, BY2PG);
	uload(Base + Data + Bss - BY2PG);
}

static void
readproc(u32int pid, const char *file)
{
	char path[64];
	int fd;

	snprint(path, sizeof path, "/proc/%d/%s", pid, file);
	fd = uopen(path, OREAD);
	if(fd < 0)
		return;
	sys(Npread, fd, ualloc(512), 512, 0);
	sys(Nclose, fd);
}

void
actmeddle(u32int *s, u32int pid)
{
	char path[64];

	switch(stormrnd(s, 6)) {
	case 0:
	case 1:
		snprint(path, sizeof path, "/proc/%d/note", pid);
		uecho(path, "hangup");
		break;
	case 2:
		snprint(path, sizeof path, "/proc/%d/notepg", pid);
		uecho(path, "group");
		break;
	case 3:
		readproc(pid, "status");
		break;
	case 4:
		snprint(path, sizeof path, "/proc/%d/ctl", pid);
		uecho(path, "interrupt");
		break;
	case 5:
		readproc(pid, "segment");
		break;
	}
}
