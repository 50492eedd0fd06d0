/*
 * #g: segments with names. segment(3), segattach(2).
 */
#include "test.h"

enum
{
	VA = 0x60000000,
	LEN = 4 * BY2PG,
	MANY = 100, /* segments there may be */
};

static char buf[4 * KiB];

static void
makeseg(char *dir)
{
	int fd;

	fd = create(dir, OREAD, DMDIR | 0777);
	check(fd >= 0);
	close(fd);
}

/* A segment of LEN bytes at VA: its open ctl file. */
static int
newseg(char *name)
{
	char path[64], *msg = "va 0x60000000 16384";
	int fd;

	snprint(path, sizeof path, "#g/%s", name);
	makeseg(path);
	snprint(path, sizeof path, "#g/%s/ctl", name);
	fd = open(path, ORDWR);
	check(fd >= 0);
	checkint(write(fd, msg, strlen(msg)), strlen(msg));
	return fd;
}

static void
child(void *arg)
{
	char *p = (char *)VA;

	check(segattach(0, arg, nil, 0) == p);
	checkstr(p, "parent");
	strcpy(p + LEN - 64, "child");
}

static void
strangerssharethememory(void)
{
	char *p = (char *)VA;
	int fd;

	newseg("both");
	fd = open("#g/both/data", ORDWR);
	check(fd >= 0);
	checkint(pwrite(fd, "parent", 7, 0), 7);
	childok(spawn(RFFDG | RFCNAMEG, child, "both"));
	/* nobody has it attached now; what is in it stays */
	check(segattach(0, "both", nil, 0) == p);
	checkstr(p, "parent");
	checkstr(p + LEN - 64, "child");
	strcpy(p + LEN - 64, "again");
	checkint(pread(fd, buf, 6, LEN - 64), 6);
	checkstr(buf, "again");
	checkint(remove("#g/both"), 0);
}

static void
holder(void *arg)
{
	volatile int *w = arg;

	check(segattach(0, "held", nil, 0) == (void *)VA);
	w[0] = 1;
	waitval(&w[1], 1);
	checkstr((char *)VA, "new");
	strcpy((char *)VA, "seen");
}

static void
achangeisseenatonce(void)
{
	volatile int *w = sharedpage();
	char *p = (char *)VA;
	int pid;

	newseg("held");
	pid = spawn(RFFDG, holder, (void *)w);
	waitval(&w[0], 1);
	check(segattach(0, "held", nil, 0) == p);
	strcpy(p, "new");
	__atomic_store_n(&w[1], 1, __ATOMIC_RELEASE);
	childok(pid);
	checkstr(p, "seen");
	remove("#g/held");
}

static void
ctlsayswhereitis(void)
{
	int fd, n;

	makeseg("#g/where");
	fd = open("#g/where/ctl", ORDWR);
	check(fd >= 0);
	checkerr(read(fd, buf, sizeof buf), "segment not yet allocated");
	checkerr(open("#g/where/data", OREAD), "segment not yet allocated");
	checkerr(segattach(0, "where", nil, BY2PG),
	    "global segment not assigned a virtual address");
	checkerr(write(fd, "va", 2), "bad arg in system call");
	checkerr(write(fd, "va 0x60000000", 13), "bad arg in system call");
	checkerr(write(fd, "va 0 4096", 9), "bad arg in system call");
	checkerr(write(fd, "va 0x60000000 0", 15), "bad arg in system call");
	checkerr(write(fd, "va 0x60000000 -1", 16), "bad arg in system call");
	checkerr(write(fd, "va 0xffffffff80000000 4096", 26),
	    "bad arg in system call");
	checkerr(write(fd, "va 0x60000000 0x200000000000", 28),
	    "virtual memory allocation failed");
	checkerr(
	    write(fd, "sticky", 6), "bad process or channel control request");
	checkerr(write(fd, "", 0), "bad process or channel control request");
	checkerr(write(fd, "va 0x60000000 4096 fixed", 24), "not implemented");
	/* outwards to whole pages */
	checkint(write(fd, "va 0x60000100 5000\n", 19), 19);
	n = pread(fd, buf, sizeof buf - 1, 0);
	check(n > 0);
	buf[n] = 0;
	checkstr(buf, "va 0x60000000 0x2000\n");
	checkint(pread(fd, buf, 5, 3), 5);
	check(memcmp(buf, "0x600", 5) == 0);
	checkerr(write(fd, "va 0x70000000 4096", 18),
	    "already has a virtual address");
	remove("#g/where");
}

static void
dataisthecontents(void)
{
	char *p = (char *)VA, *far;
	int fd, i;
	Dir *d;

	newseg("data");
	fd = open("#g/data/data", ORDWR);
	check(fd >= 0);
	d = dirfstat(fd);
	check(d != nil);
	checkint(d->length, LEN);
	checkint(d->mode, 0660);
	for(i = 0; i < (int)sizeof buf; i++)
		buf[i] = i;
	/* across pages */
	checkint(pwrite(fd, buf, sizeof buf, BY2PG - 100), sizeof buf);
	check(segattach(0, "data", nil, 0) == p);
	check(memcmp(p + BY2PG - 100, buf, sizeof buf) == 0);
	check(p[0] == 0 && p[2 * BY2PG] == 0);
	memset(buf, 0, sizeof buf);
	checkint(pread(fd, buf, 100, LEN - 10), 10);
	checkint(pread(fd, buf, 100, LEN), 0);
	checkint(pread(fd, buf, 100, 1LL << 50), 0);
	checkerr(pwrite(fd, buf, 100, LEN - 10), "bad arg in system call");
	checkerr(pwrite(fd, buf, 1, LEN), "bad arg in system call");
	/* from and to where nothing is yet */
	far = sbrk(2 * BY2PG);
	checkint(pread(fd, far, BY2PG, BY2PG - 100), BY2PG);
	check(far[5] == p[BY2PG - 100 + 5]);
	notify(ignore);
	check(pread(fd, badaddr, 10, 0) == -1);
	check(pwrite(fd, badaddr, 10, 0) == -1);
	remove("#g/data");
}

static void
attachingwantsroom(void)
{
	newseg("room");
	check(segattach(0, "memory", (void *)(VA + BY2PG), BY2PG) ==
	    (void *)(VA + BY2PG));
	checkerr(segattach(0, "room", nil, 0), "segments overlap");
	checkint(segdetach((void *)(VA + BY2PG)), 0);
	/* the address and the length are its own */
	check(segattach(0, "room", (void *)0x70000000, 5) == (void *)VA);
	checkerr(segattach(0, "room", nil, 0), "segments overlap");
	checkint(segdetach((void *)VA), 0);
	check(segattach(0, "room", nil, 0) == (void *)VA);
	remove("#g/room");
}

static void
removedsegmentsstaywhileused(void)
{
	char *p = (char *)VA;
	int fd;

	newseg("gone");
	fd = open("#g/gone/data", ORDWR);
	check(fd >= 0);
	check(segattach(0, "gone", nil, 0) == p);
	strcpy(p, "old");
	checkint(remove("#g/gone"), 0);
	checkerr(open("#g/gone/ctl", OREAD), "does not exist");
	checkerr(segattach(0, "gone", nil, BY2PG), "bad arg in system call");
	checkint(pread(fd, buf, 4, 0), 4);
	checkstr(buf, "old");
	checkint(pwrite(fd, "new", 4, 0), 4);
	checkstr(p, "new");
	/* another of that name is another segment */
	newseg("gone");
	checkint(segdetach(p), 0);
	check(segattach(0, "gone", nil, 0) == p);
	check(p[0] == 0);
	checkint(pread(fd, buf, 4, 0), 4);
	checkstr(buf, "new");
	remove("#g/gone");
}

static void
permissionsare(void)
{
	Dir d, *e;

	newseg("perm");
	nulldir(&d);
	d.mode = 0400;
	check(dirwstat("#g/perm/ctl", &d) >= 0);
	e = dirstat("#g/perm/data");
	check(e != nil);
	checkint(e->mode, 0400);
	checkerr(segattach(0, "perm", nil, 0), "permission denied");
	checkerr(open("#g/perm/data", ORDWR), "permission denied");
	check(open("#g/perm/data", OREAD) >= 0);
	d.mode = 0600;
	check(dirwstat("#g/perm/data", &d) >= 0);
	check(segattach(0, "perm", nil, 0) == (void *)VA);
	check(dirwstat("#g/perm", &d) == -1);
	/* the owner can be another one; all else is ignored */
	nulldir(&d);
	d.name = "other";
	d.length = 3;
	d.uid = "somebody";
	check(dirwstat("#g/perm/data", &d) >= 0);
	checkstr(dirstat("#g/perm/ctl")->uid, "somebody");
	checkerr(open("#g/perm/data", OREAD), "permission denied");
	remove("#g/perm");
}

/* create opens the new directory in the mode that was asked for, and ORCLOSE removes a name */
static void
directoriesareopenedasasked(void)
{
	Dir *d;
	int fd;

	fd = create("#g/asked", OREAD, DMDIR | 0777);
	check(fd >= 0);
	checkint(dirread(fd, &d), 2);
	checkstr(d[0].name, "ctl");
	close(fd);
	fd = open("#g/asked/ctl", ORCLOSE);
	check(fd >= 0);
	close(fd);
	check(dirstat("#g/asked/ctl") != nil);
	checkerr(open("#g", ORCLOSE), "file is a directory");
	fd = open("#g/asked", ORCLOSE);
	check(fd >= 0);
	close(fd);
	check(dirstat("#g/asked") == nil);
}

static void
namesaredirectories(void)
{
	char name[32], longname[200];
	int fd, i, n, seen;
	Dir *d;

	checkerr(create("#g/f", OWRITE, 0666), "bad arg in system call");
	checkerr(create("#g/memory", OREAD, DMDIR | 0777), "name collision");
	checkerr(create("#g/shared", OREAD, 0777), "name collision");
	memset(longname, 'x', sizeof longname);
	memmove(longname, "#g/", 3);
	longname[3 + 128] = 0;
	checkerr(create(longname, OREAD, DMDIR | 0777), "name too long");
	makeseg("#g/dir");
	checkerr(
	    create("#g/dir", OREAD | OEXCL, DMDIR | 0777), "already exists");
	check(create("#g/dir/f", OWRITE, 0666) == -1);
	check(remove("#g/dir/ctl") == -1);
	check(remove("#g") == -1);
	check(open("#g/dir", OWRITE) == -1);
	checkerr(open("#g/dir/free", OREAD), "does not exist");
	fd = open("#g", OREAD);
	check(fd >= 0);
	seen = 0;
	while((n = dirread(fd, &d)) > 0)
		for(i = 0; i < n; i++)
			seen += strcmp(d[i].name, "dir") == 0 &&
			    d[i].mode == (DMDIR | 0777);
	checkint(seen, 1);
	close(fd);
	fd = open("#g/dir", OREAD);
	n = dirread(fd, &d);
	checkint(n, 2);
	checkstr(d[0].name, "ctl");
	checkstr(d[1].name, "data");
	check(chdir("#g/dir") == 0 && chdir("..") == 0);
	check(open("dir/ctl", OREAD) >= 0);
	for(i = 1;; i++) {
		snprint(name, sizeof name, "#g/%d", i);
		fd = create(name, OREAD, DMDIR | 0777);
		if(fd < 0)
			break;
		close(fd);
	}
	checkint(i, MANY);
	checkerr(create(name, OREAD, DMDIR | 0777), "too many global segments");
	while(--i > 0) {
		snprint(name, sizeof name, "#g/%d", i);
		checkint(remove(name), 0);
	}
	remove("#g/dir");
}

static void
writesticky(void *arg)
{
	((char *)arg)[0x3ffffe] = 2;
	checkint(segdetach(arg), 0);
}

static void
stickysegmentsarewhole(void)
{
	char *msg = "va 0x60000000 0x400000 sticky", *p = (char *)VA;
	char name[64];
	int fd;

	makeseg("#g/sticky");
	fd = open("#g/sticky/ctl", ORDWR);
	checkint(write(fd, msg, strlen(msg)), strlen(msg));
	checkint(pread(fd, buf, sizeof buf - 1, 0), strlen(msg) + 1);
	buf[strlen(msg) + 1] = 0;
	checkstr(buf, "va 0x60000000 0x400000 sticky\n");
	check(segattach(0, "sticky", nil, 0) == p);
	p[0x3fffff] = 1;
	snprint(name, sizeof name, "/proc/%d/segment", getpid());
	check(readfile(name, buf, sizeof buf) > 0);
	checkhas(buf, "Sticky    60000000 60400000    2\n");
	/* its pages stay */
	checkint(segfree(p, 0x400000), 0);
	checkint(p[0x3fffff], 1);
	checkerr(segbrk(p, p + BY2PG), "bad arg in system call");
	checkerr(segbrk(p, nil), "bad arg in system call");
	childok(spawn(RFFDG, writesticky, p));
	checkint(p[0x3ffffe], 2);
	remove("#g/sticky");
}

/* 16 TiB, of which little is used. */
static void
hugesegmentsaresparse(void)
{
	char *p = (char *)0x100000000000;
	vlong size = 1LL << 44;
	int fd;

	makeseg("#g/huge");
	fd = open("#g/huge/ctl", ORDWR);
	checkint(write(fd, "va 0x100000000000 0x100000000000", 32), 32);
	fd = open("#g/huge/data", ORDWR);
	check(segattach(0, "huge", nil, 0) == p);
	checkint(pwrite(fd, "end", 4, size - 4), 4);
	checkstr(p + size - 4, "end");
	strcpy(p + size / 2, "middle");
	checkint(pread(fd, buf, 7, size / 2), 7);
	checkstr(buf, "middle");
	remove("#g/huge");
}

static void
grow(void *arg)
{
	USED(arg);
	check(segbrk((void *)VA, (void *)(VA + 8 * BY2PG)) == nil);
	((char *)VA)[8 * BY2PG - 1] = 'g';
}

static void
allseeitgrow(void)
{
	char *p = (char *)VA;
	int fd;

	newseg("grows");
	fd = open("#g/grows/data", OREAD);
	check(segattach(0, "grows", nil, 0) == p);
	childok(spawn(RFFDG, grow, nil));
	check(p[8 * BY2PG - 1] == 'g');
	checkint(pread(fd, buf, 100, 8 * BY2PG - 1), 1);
	check(buf[0] == 'g');
	checkerr(segbrk(p, p + BY2PG), "device or object already in use");
	remove("#g/grows");
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(strangerssharethememory),
	    CASE(achangeisseenatonce),
	    CASE(ctlsayswhereitis),
	    CASE(dataisthecontents),
	    CASE(attachingwantsroom),
	    CASE(removedsegmentsstaywhileused),
	    CASE(permissionsare),
	    CASE(directoriesareopenedasasked),
	    CASE(namesaredirectories),
	    CASE(stickysegmentsarewhole),
	    CASE(allseeitgrow),
	    CASE(hugesegmentsaresparse),
	};

	runcases(cases, nelem(cases), argc, argv);
}
