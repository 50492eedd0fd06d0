/*
 * Tracing on and off: processes that make system calls are stopped at each of them for a
 * while and then not, /proc/trace is opened and closed while they make events, and
 * profiles begin and end. proc(3).
 */
#include "storm.h"

enum
{
	Victims = 6,
	Tracers = 3,
};

/* Its calls answer what they answer without a tracer. */
static void
victim(int i)
{
	char b[32], *args[] = {self, "leaf", nil};
	Waitmsg w;
	int p[2], pid;

	notify(ignore);
	must(pipe(p) >= 0);
	while(!late()) {
		must(write(p[1], "hello", 5) == 5);
		must(read(p[0], b, sizeof b) == 5);
		must(memcmp(b, "hello", 5) == 0);
		must(sleep(0) == 0);
		must(semrelease((s32int *)&sh->sem[0], 1) >= 1);
		must(semacquire((s32int *)&sh->sem[0], 0) == 1);
		must(open("/no/such/file", OREAD) == -1);
		if(rnd(8) != 0)
			continue;
		pid = tryfork(RFFDG | (rnd(2) ? RFMEM : 0));
		if(pid == 0) {
			if(rnd(2))
				exec(self, args);
			exits(nil);
		}
		if(pid > 0) {
			sh->final[i] = pid;
			must(waitone(&w) == pid);
			must(w.msg[0] == 0 || late() ||
			    strstr(w.msg, "Killed: Insuff") != nil);
		}
	}
}

/* Stops pid at some system calls, as ratrace does, then lets it go. */
static void
trace(int pid)
{
	static char b[1024];
	char path[64];
	int k, fd;

	alarm(1000);
	if(procwrite(pid, "ctl", "stop") < 0) {
		alarm(0);
		return;
	}
	snprint(path, sizeof path, "/proc/%d/syscall", pid);
	fd = open(path, OREAD);
	for(k = rnd(20); k > 0 && procwrite(pid, "ctl", "startsyscall") >= 0;
	    k--)
		pread(fd, b, sizeof b, 0);
	alarm(0);
	close(fd);
	procwrite(pid, "ctl", "start");
}

static void
profile(int pid)
{
	static char b[8192];
	char path[64];
	int fd;

	procwrite(pid, "ctl", "profile");
	sleep(rnd(5));
	snprint(path, sizeof path, "/proc/%d/profile", pid);
	fd = open(path, OREAD);
	pread(fd, b, sizeof b, 0);
	close(fd);
}

/* A child that was made while its parent was traced stops at its first call. */
static void
startchildren(void)
{
	int i;

	for(i = 0; i < Victims; i++)
		if(sh->final[i] > 0)
			procwrite(sh->final[i], "ctl", "start");
}

static void
tracer(int i)
{
	int pid;

	notify(ignore);
	USED(i);
	while(!late()) {
		startchildren();
		pid = sh->pids[rnd(Victims)];
		if(pid <= 0)
			continue;
		switch(rnd(5)) {
		case 0:
			procwrite(pid, "ctl", rnd(2) ? "trace 1" : "trace 0");
			break;
		case 1:
			profile(pid);
			break;
		default:
			trace(pid);
		}
	}
	/* none stays stopped that was told so late */
	for(;; sleep(10)) {
		for(i = 0; i < Victims; i++)
			procwrite(sh->pids[i], "ctl", "start");
		startchildren();
	}
}

static void
reader(void)
{
	static char b[4096];
	int fd, n;

	notify(ignore);
	while(!late()) {
		fd = open("/proc/trace", OREAD);
		if(fd < 0) {
			sleep(1);
			continue;
		}
		for(n = rnd(30); n > 0; n--) {
			alarm(5);
			read(fd, b, 1 + rnd(sizeof b));
			alarm(0);
		}
		close(fd);
	}
}

void
storm(void)
{
	Waitmsg w;
	int i;

	for(i = 0; i < Tracers; i++)
		if(tryfork(RFFDG | RFNOWAIT) == 0) {
			tracer(i);
			exits(nil);
		}
	if(tryfork(RFFDG | RFNOWAIT) == 0) {
		reader();
		exits(nil);
	}
	crowd(Victims, RFFDG, victim);
	/* tracers go on until they are killed */
	while(waitone(&w) >= 0)
		;
}
