/*
 * Unions that are bound elsewhere, and mount points in the listing of their directory. bind(2),
 * read(2).
 */
#include "test.h"

static char buf[8 * KiB];
/* directories, at first empty */
static char *u, *v, *w;

static char *
mkdir(char *stem)
{
	char *name = tmpname(stem);
	int fd = create(name, OREAD, DMDIR | 0755);

	if(fd < 0)
		fail("creating %s: %r", name);
	close(fd);
	return name;
}

static void
setup(void)
{
	u = mkdir("u");
	v = mkdir("v");
	w = mkdir("w");
}

static void
cleanup(void)
{
	unmount(nil, u);
	unmount(nil, v);
	unmount(nil, w);
	check(remove(u) == 0);
	check(remove(v) == 0);
	check(remove(w) == 0);
}

/* where files are made must be plain: in the bound directory itself */
static void
unionsarenotboundwithmcreate(void)
{
	setup();
	check(bind(v, u, MAFTER) >= 0);
	checkexact(bind(u, w, MREPL | MCREATE), "inconsistent mount");
	checkexact(bind(u, w, MAFTER | MCREATE), "inconsistent mount");
	checkerr(unmount(nil, w), "not mounted");
	check(bind(u, w, MREPL) >= 0);
	cleanup();
}

static void
mountpointswithoutmcreatearenotboundwithit(void)
{
	setup();
	check(bind(v, u, MREPL) >= 0);
	checkexact(bind(u, w, MREPL | MCREATE), "inconsistent mount");
	check(unmount(nil, u) == 0);
	check(bind(v, u, MREPL | MCREATE) >= 0);
	check(bind(u, w, MREPL | MCREATE) >= 0);
	cleanup();
}

/* The qid.path of the entry `name' of the directory. */
static u64int
listedas(char *dir, char *name)
{
	int fd = open(dir, OREAD), i, n;
	u64int path = ~0ULL;
	Dir *d;

	check(fd >= 0);
	while((n = dirread(fd, &d)) > 0)
		for(i = 0; i < n; i++)
			if(strcmp(d[i].name, name) == 0)
				path = d[i].qid.path;
	checkint(n, 0);
	close(fd);
	return path;
}

/* a mount point is listed as what is mounted there, or, where it is still in its union, as itself */
static void
mountpointsarelisted(void)
{
	u64int up, vp;

	setup();
	up = dirstat(u)->qid.path;
	vp = dirstat(v)->qid.path;
	check(bind(v, u, MBEFORE) >= 0);
	checkint(dirstat(u)->qid.path, vp);
	checkint(listedas(".", u), up);
	check(unmount(nil, u) == 0);
	check(bind(v, u, MREPL) >= 0);
	checkint(listedas(".", u), vp);
	check(bind(w, u, MAFTER) >= 0);
	checkint(listedas(".", u), vp);
	check(unmount(nil, u) == 0);
	/* it need not be there by the bind itself */
	check(bind(v, w, MREPL) >= 0);
	check(bind(u, w, MAFTER) >= 0);
	check(bind(w, u, MREPL) >= 0);
	checkint(dirstat(u)->qid.path, vp);
	checkint(listedas(".", u), up);
	cleanup();
}

/* read(2): a device's directory has no room in a buffer smaller than its first entry */
static void
smallreadsofdirectories(void)
{
	static char *dev[] = {"#c", "#/", "#s", "#d", "#|", "/env", "/proc"};
	int fd, i;

	check(writefile("/env/x", "", 0, 0666) == 0);
	for(i = 0; i < (int)nelem(dev); i++) {
		fd = open(dev[i], OREAD);
		check(fd >= 0);
		checkexact(read(fd, buf, 10), "i/o count too small");
		checkint(read(fd, buf, 0), 0);
		checkexact(pread(fd, buf, 1, 0), "i/o count too small");
		check(read(fd, buf, 150) > 0);
		if(i == 0)
			checkexact(read(fd, buf, 10), "i/o count too small");
		while(read(fd, buf, sizeof buf) > 0)
			;
		checkint(read(fd, buf, 10), 0);
		close(fd);
	}
	/* of a union, and of a file server, it is as if there were no more */
	check(bind("#c", "/n", MREPL) >= 0);
	check(bind("#P", "/n", MAFTER) >= 0);
	fd = open("/n", OREAD);
	checkint(read(fd, buf, 10), 0);
	check(read(fd, buf, sizeof buf) > 0);
	close(fd);
	setup();
	fd = open(".", OREAD);
	checkint(read(fd, buf, 10), 0);
	check(read(fd, buf, sizeof buf) > 0);
	close(fd);
	cleanup();
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(unionsarenotboundwithmcreate),
	    CASE(mountpointswithoutmcreatearenotboundwithit),
	    CASE(mountpointsarelisted),
	    CASE(smallreadsofdirectories),
	};

	runcases(cases, nelem(cases), argc, argv);
}
