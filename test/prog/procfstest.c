/*
 * Each file of proc(3), one by one: modes, offsets, short reads, lengths, users, the dead,
 * and many readers at once. What is in the files: proctest, procmemtest, procwaittest,
 * ctltest, fpregstest, schedtest, debugtest.
 */
#include "procfile.h"

/* How a file is read. */
enum
{
	/* bytes at any offset */
	Bytes,
	/* a line at most, at any offset */
	Lines,
	/* bytes at any offset, which change */
	Moving,
	/* not at all, or not twice the same */
	Other,
};

enum
{
	MAXFILE = 1000,
};

typedef struct File File;
struct File
{
	char *name;
	/* may the owner read, and write */
	int r, w;
	int how;
};

static File files[] = {
    {"args", 1, 1, Bytes},
    {"ctl", 1, 1, Bytes},
    {"fd", 1, 0, Lines},
    {"fpregs", 1, 1, Bytes},
    {"kfpregs", 1, 0, Other},
    {"kregs", 1, 0, Moving},
    {"mem", 1, 1, Other},
    {"note", 1, 1, Other},
    {"noteid", 1, 1, Bytes},
    {"notepg", 0, 1, Other},
    {"ns", 1, 0, Lines},
    {"ppid", 1, 0, Bytes},
    {"proc", 1, 0, Bytes},
    {"profile", 1, 0, Other},
    {"regs", 1, 1, Bytes},
    {"segment", 1, 0, Bytes},
    {"status", 1, 0, Moving},
    {"syscall", 1, 0, Other},
    {"text", 1, 0, Bytes},
    {"wait", 1, 0, Other},
    {"watchpt", 1, 1, Bytes},
};

static int
openproc(int pid, char *file, int mode)
{
	char path[64];

	snprint(path, sizeof path, "/proc/%d/%s", pid, file);
	return open(path, mode);
}

/* A process that stands still. */
static int
stopped(void)
{
	volatile int *ready = sharedpage();
	int pid;

	pid = spawn(RFFDG | RFNOWAIT, loiter, (void *)ready);
	waitval(ready, 1);
	ctl(pid, "stop");
	return pid;
}

static void
opens(int pid, File *f, int mode, int may)
{
	char want[ERRMAX], err[ERRMAX];
	int fd;

	fd = openproc(pid, f->name, mode);
	if(may) {
		if(fd < 0)
			fail("open %s, %d: %r", f->name, mode);
		close(fd);
		return;
	}
	if(fd >= 0)
		fail("open %s, %d: succeeded", f->name, mode);
	rerrstr(err, sizeof err);
	snprint(want, sizeof want, "permission denied: '/proc/%d/%s'", pid,
	    f->name);
	checkstr(err, want);
}

static void
filesopenasmodessay(void)
{
	int pid = stopped();
	usize i;
	File *f;

	for(i = 0; i < nelem(files); i++) {
		f = &files[i];
		opens(pid, f, OREAD, f->r);
		opens(pid, f, OWRITE, f->w);
		opens(pid, f, ORDWR, f->r && f->w);
		opens(pid, f, OREAD | OCEXEC, f->r);
	}
	ctl(pid, "kill");
}

/* none has no business with others, not even with files for all; its own are its own */
static void
noneopensitsownonly(void)
{
	int pid = stopped(), fd;
	usize i;

	checkint(writeto("/dev/user", "none"), 4);
	for(i = 0; i < nelem(files); i++) {
		checkerr(
		    openproc(pid, files[i].name, OREAD), "permission denied");
		checkerr(
		    openproc(pid, files[i].name, OWRITE), "permission denied");
		fd = openproc(
		    getpid(), files[i].name, files[i].r ? OREAD : OWRITE);
		if(fd < 0)
			fail("open %s: %r", files[i].name);
		close(fd);
	}
}

/* none in a note group of its own */
static void
loiterasnone(void *arg)
{
	check(writeto("/dev/user", "none") == 4);
	loiter(arg);
}

/* In the group of another it could post notes to it. */
static void
nonejoinsnogroup(void)
{
	volatile int *ready = sharedpage();
	char own[16], group[16];
	int pid;

	pid = spawn(RFFDG | RFNOTEG | RFNOWAIT, loiterasnone, (void *)ready);
	waitval(ready, 1);
	snprint(group, sizeof group, "%d", pid);
	snprint(own, sizeof own, "%d", atoi(procfile(getpid(), "noteid")));
	checkint(writeto("/dev/user", "none"), 4);
	checkerr(procwrite(getpid(), "noteid", group), "permission denied");
	check(procwrite(getpid(), "noteid", own) > 0);
	snprint(own, sizeof own, "%d", getpid());
	check(procwrite(getpid(), "noteid", own) > 0);
	checkint(atoi(procfile(getpid(), "noteid")), getpid());
}

static void
descriptorsdoonething(void)
{
	int pid = stopped(), fd;
	usize i;
	char b;

	for(i = 0; i < nelem(files); i++) {
		if(files[i].r) {
			fd = openproc(pid, files[i].name, OREAD);
			checkexact(
			    pwrite(fd, "x", 1, 0), "inappropriate use of fd");
			close(fd);
		}
		if(files[i].w) {
			fd = openproc(pid, files[i].name, OWRITE);
			checkexact(
			    pread(fd, &b, 1, 0), "inappropriate use of fd");
			close(fd);
		}
	}
	ctl(pid, "kill");
}

/* Every place of the file is the same in reads of any length from any offset. */
static void
sameatalloffsets(File *f, int fd)
{
	static char all[MAXFILE], part[MAXFILE];
	static int sizes[] = {1, 7, 64, MAXFILE};
	int len, at, n;
	usize i;

	len = inpieces(fd, all, MAXFILE, MAXFILE);
	for(i = 0; i < nelem(sizes); i++) {
		memset(part, 0, sizeof part);
		n = inpieces(fd, part, sizes[i], MAXFILE);
		if(n != len ||
		    (f->how != Moving && memcmp(all, part, len) != 0))
			fail("%s: %d bytes of %d by %d", f->name, n, len,
			    sizes[i]);
	}
	for(at = 0; at < len; at += 13) {
		n = pread(fd, part, 10, at);
		if(n <= 0 || n > 10 ||
		    (f->how != Moving && memcmp(all + at, part, n) != 0))
			fail("%s: %d bytes at %d of %d", f->name, n, at, len);
		if(f->how != Lines && n != 10 && n != len - at)
			fail("%s: %d bytes at %d of %d", f->name, n, at, len);
	}
	if(len < MAXFILE) {
		checkint(pread(fd, part, 10, len), 0);
		checkint(pread(fd, part, 10, 1LL << 40), 0);
	}
	checkint(pread(fd, part, 0, 0), 0);
	checkexact(pread(fd, part, 10, -2), "negative i/o offset");
}

static void
filesareread(void)
{
	int pid = stopped(), fd;
	usize i;

	for(i = 0; i < nelem(files); i++) {
		if(files[i].how == Other)
			continue;
		fd = openproc(pid, files[i].name, OREAD);
		check(fd >= 0);
		sameatalloffsets(&files[i], fd);
		close(fd);
	}
	ctl(pid, "kill");
}

/* what stat says is what a read gives */
static void
lengthsaretrue(void)
{
	int pid = stopped(), fd;
	char path[64];
	vlong length;
	usize i;
	Dir *d;

	for(i = 0; i < nelem(files); i++) {
		snprint(path, sizeof path, "/proc/%d/%s", pid, files[i].name);
		d = dirstat(path);
		check(d != nil);
		length = d->length;
		free(d);
		if(length == 0 || files[i].how == Other)
			continue;
		fd = open(path, OREAD);
		checkint(pread(fd, procbuf, sizeof procbuf, 0), length);
		close(fd);
	}
	ctl(pid, "kill");
}

/* what is open of a process that ended says so, and shows no other process */
static void
filesofthedeadsayso(void)
{
	static int fds[nelem(files)];
	int pid = stopped(), r;
	char err[ERRMAX];
	usize i;

	for(i = 0; i < nelem(files); i++)
		fds[i] =
		    openproc(pid, files[i].name, files[i].r ? OREAD : OWRITE);
	ctl(pid, "kill");
	while((r = openproc(pid, "status", OREAD)) >= 0) {
		close(r);
		sleep(1);
	}
	for(i = 0; i < nelem(files); i++) {
		if(strcmp(files[i].name, "text") == 0) {
			/* a file like any other: it is open */
			checkint(pread(fds[i], procbuf, 4, 0), 4);
			continue;
		}
		if(strcmp(files[i].name, "notepg") == 0) {
			/* the group's, which is there */
			checkint(write(fds[i], "x", 1), 1);
			continue;
		}
		r = files[i].r ? pread(fds[i], procbuf, 100, 0)
			       : pwrite(fds[i], "x", 1, 0);
		rerrstr(err, sizeof err);
		if(r != -1 || strcmp(err, "process exited") != 0)
			fail("%s: %d %s", files[i].name, r, err);
		close(fds[i]);
	}
}

/* a note is 127 bytes at most, whole, wherever it is written */
static void
notesarewhole(void)
{
	int pid = stopped(), fd, n;
	static char text[200];

	memset(text, 'n', sizeof text);
	fd = openproc(pid, "note", ORDWR);
	check(fd >= 0);
	checkexact(pwrite(fd, text, ERRMAX, 0), "read or write too large");
	checkexact(pwrite(fd, text, 200, 0), "read or write too large");
	checkint(pwrite(fd, text, ERRMAX - 1, 77), ERRMAX - 1);
	for(n = 1; n < 5; n++)
		checkint(write(fd, text, n), n);
	checkexact(write(fd, text, 1), "note not posted");
	/* with a NUL; in order; cut where there is no room */
	checkint(pread(fd, procbuf, 1000, 0), ERRMAX);
	checkint(procbuf[ERRMAX - 1], 0);
	checkint(pread(fd, procbuf, 1000, 50), 2);
	checkint(pread(fd, procbuf, 2, 0), 2);
	checkstr(procbuf, "n");
	ctl(pid, "kill");
}

/* noteid(3): groups that there are */
static void
noteidistheidofagroup(void)
{
	static char *none[] = {"0", "-1", "x", "", "99999999"};
	int pid = stopped(), fd, mine;
	usize i;

	mine = atoi(procfile(getpid(), "noteid"));
	checkint(strlen(procbuf), NUMSIZE);
	checkint(atoi(procfile(pid, "noteid")), mine);
	fd = openproc(pid, "noteid", OWRITE);
	for(i = 0; i < nelem(none); i++)
		check(pwrite(fd, none[i], strlen(none[i]), 0) == -1);
	checkint(atoi(procfile(pid, "noteid")), mine);
	ctl(pid, "kill");
}

static void
changing(void *arg)
{
	volatile int *stop = arg;
	int pid;

	while(!*stop) {
		close(open("/dev/null", OREAD));
		segdetach(segattach(0, "memory", nil, BY2PG));
		bind("/dev", "/n", MREPL);
		unmount(nil, "/n");
		pid = rfork(RFPROC | RFFDG | RFNAMEG);
		if(pid == 0)
			exits("bye");
		if(pid > 0)
			waitpid(pid, &(Waitmsg){0});
	}
}

typedef struct Readers Readers;
struct Readers
{
	volatile int stop;
	int pid;
	volatile int reads;
};

/* Reads all that does not wait, until the end. */
static void
readall(void *arg)
{
	static char b[MAXFILE];
	Readers *r = arg;
	usize i;
	int fd;

	for(i = 0; !r->stop; i = (i + 1) % nelem(files)) {
		if(!files[i].r || strcmp(files[i].name, "wait") == 0 ||
		    strcmp(files[i].name, "note") == 0 ||
		    strcmp(files[i].name, "syscall") == 0)
			continue;
		fd = openproc(r->pid, files[i].name, OREAD);
		if(fd < 0 && r->stop)
			break;
		if(fd < 0)
			fail("%s: %r", files[i].name);
		while(read(fd, b, sizeof b) > 0 && i != 12)
			;
		close(fd);
		__atomic_add_fetch(&r->reads, 1, __ATOMIC_SEQ_CST);
	}
}

/* many look, in all files, at a process in which everything changes */
static void
manyreadersofwhatchanges(void)
{
	enum
	{
		N = 4,
		READS = 2000,
	};
	Readers *r = sharedpage();
	static Waitmsg w;
	int i;

	r->pid = spawn(RFFDG | RFNAMEG, changing, (void *)&r->stop);
	for(i = 0; i < N; i++)
		spawn(RFFDG, readall, r);
	while(r->reads < READS)
		sleep(1);
	r->stop = 1;
	for(i = 0; i < N + 1; i++) {
		check(waitfor(&w) > 0);
		if(w.msg[0] != 0)
			fail("%s", w.msg);
	}
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(filesopenasmodessay),
	    CASE(noneopensitsownonly),
	    CASE(nonejoinsnogroup),
	    CASE(descriptorsdoonething),
	    CASE(filesareread),
	    CASE(lengthsaretrue),
	    CASE(filesofthedeadsayso),
	    CASE(notesarewhole),
	    CASE(noteidistheidofagroup),
	    CASE(manyreadersofwhatchanges),
	};

	runcases(cases, nelem(cases), argc, argv);
}
