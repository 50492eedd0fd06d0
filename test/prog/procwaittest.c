/*
 * Records and notes of other processes: /proc/n/wait, note, noteid. proc(3).
 */
#include "procfile.h"

static void
exiter(void *arg)
{
	exits(arg);
}

static void
waitfilegiveschildrensrecords(void)
{
	int pid = spawn(RFFDG, exiter, "recorded");

	procrecord(getpid(), "wait");
	checkint(atoi(procbuf), pid);
	checkhas(procbuf, "recorded");
	check(await(procbuf, sizeof procbuf) == -1);
}

static void
waitfilewithoutchildrenfails(void)
{
	int fd;

	snprint(procbuf, sizeof procbuf, "/proc/%d/wait", getpid());
	fd = open(procbuf, OREAD);
	check(fd >= 0);
	check(read(fd, procbuf, sizeof procbuf) == -1);
}

/* Two readers of one wait file: the second is refused. Returns 0 if that was not await: the other one then ends
 * the child, for which await waits. */
static int
awaitisrefused(void)
{
	volatile int *ready = sharedpage();
	char path[64], why[ERRMAX];
	int pid, other, fd;

	pid = spawn(RFFDG, loiter, (void *)ready);
	snprint(path, sizeof path, "/proc/%d/wait", getpid());
	fd = open(path, OREAD);
	check(fd >= 0);
	other = rfork(RFPROC | RFFDG | RFNOWAIT);
	if(other == 0) {
		if(read(fd, procbuf, sizeof procbuf) < 0)
			ctl(pid, "kill");
		exits(nil);
	}
	statebecomes(other, "Pread");
	if(await(procbuf, sizeof procbuf) >= 0) {
		close(fd);
		return 0;
	}
	rerrstr(why, sizeof why);
	checkhas(why, "in use");
	checkerr(read(fd, procbuf, sizeof procbuf), "in use");
	ctl(other, "kill");
	ctl(pid, "kill");
	close(fd);
	return 1;
}

static void
awaitwhilewaitisreadisanerror(void)
{
	while(!awaitisrefused())
		;
}

static void
noteidcanbejoined(void)
{
	volatile int *ready = sharedpage();
	char id[32];
	int pid;

	pid = spawn(RFFDG | RFNOTEG, loiter, (void *)ready);
	waitval(ready, 1);
	snprint(id, sizeof id, "%d", atoi(procfile(getpid(), "noteid")));
	check(procwrite(pid, "noteid", id) > 0);
	checkint(atoi(procfile(pid, "noteid")), atoi(id));
	checkerr(procwrite(pid, "noteid", "999999999"), "permission denied");
	checkerr(procwrite(pid, "noteid", "0"), "bad arg");
	ctl(pid, "kill");
}

static void
oldestnotecanberead(void)
{
	volatile int *ready = sharedpage();
	char path[64], note[64];
	int pid, fd;

	pid = spawn(RFFDG, loiter, (void *)ready);
	waitval(ready, 1);
	ctl(pid, "stop");
	check(postnote(pid, "taken back") == 0);
	checkhas(procrecord(pid, "note"), "taken back");
	check(postnote(pid, "hi") == 0);
	snprint(path, sizeof path, "/proc/%d/note", pid);
	fd = open(path, OREAD);
	checkint(read(fd, note, sizeof note), 3); /* with the NUL */
	checkstr(note, "hi");
	check(postnote(pid, "long one") == 0);
	checkint(read(fd, note, 5), 5);
	checkstr(note, "long");
	check(postnote(pid, "x") == 0);
	checkerr(read(fd, note, 0), "read or write too small");
	checkint(read(fd, note, 1), 1);
	checkstr(note, "");
	checkint(read(fd, note, 1), 0);
	ctl(pid, "start");
	sleep(20);
	checkhas(procfile(pid, "status"), "procwaittest"); /* it lives */
	ctl(pid, "kill");
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(waitfilegiveschildrensrecords),
	    CASE(waitfilewithoutchildrenfails),
	    CASE(awaitwhilewaitisreadisanerror),
	    CASE(noteidcanbejoined),
	    CASE(oldestnotecanberead),
	};

	runcases(cases, nelem(cases), argc, argv);
}
