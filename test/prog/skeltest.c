/*
 * #z: skel(3), and a root built of it as auth/box does.
 */
#include "test.h"

static char buf[1024];

static void
thefirstwalknamesthetree(void)
{
	Dir *d;

	checkint(bind("#z/walk", "/tmp", MREPL), 0);
	d = dirstat("/tmp/walk");
	check(d != nil);
	checkint(d->mode, 0666);
	checkint(d->qid.type, QTFILE);
	checkerr(open("/tmp/walk", OREAD), "permission denied");
	checkerr(open("/tmp/other", OREAD), "file does not exist");
	checkerr(create("/tmp/walk/x", OWRITE, 0666), "permission denied");
	checkerr(open("/tmp", OWRITE), "bad arg in system call");
	checkerr(remove("/tmp/walk"), "permission denied");
}

static void
adirectorymaybetheleaf(void)
{
	Dir *d;

	checkint(bind("#zd/bin", "/tmp", MREPL), 0);
	d = dirstat("/tmp/bin");
	check(d != nil);
	checkint(d->mode, DMDIR | 0555);
	checkerr(open("/tmp/bin/bin", OREAD), "file does not exist");
}

static void
aneattachstaysempty(void)
{
	int fd;

	checkerr(open("#ze/x", OREAD), "file does not exist");
	fd = open("#ze/", OREAD);
	check(fd >= 0);
	checkint(read(fd, buf, sizeof buf), 0);
	close(fd);
}

static void
eachattachisatree(void)
{
	Dir a, *d;
	int fd;

	d = dirstat("#z/a/a");
	check(d != nil);
	a = *d;
	d = dirstat("#z/b/b");
	check(d != nil);
	check(a.qid.path != d->qid.path);
	checkerr(open("#z/b/a", OREAD), "file does not exist");
	fd = open("#z/c", OREAD);
	check(fd >= 0);
	check(read(fd, buf, sizeof buf) > 0);
	checkint(read(fd, buf, sizeof buf), 0);
	close(fd);
}

static void
arootcanbebuilt(void)
{
	checkint(bind("#zd/newroot", "/", MBEFORE) >= 0, 1);
	check(bind("#zd/bin", "/newroot", MREPL) >= 0);
	check(bind("#z/cat", "/newroot/bin", MREPL) >= 0);
	check(bind("/bin/cat", "/newroot/bin/cat", MREPL) >= 0);
	check(bind("/newroot", "/", MREPL) >= 0);
	check(open("/bin/cat", OREAD) >= 0);
	check(open("/tmp", OREAD) == -1);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(thefirstwalknamesthetree),
	    CASE(adirectorymaybetheleaf),
	    CASE(aneattachstaysempty),
	    CASE(eachattachisatree),
	    CASE(arootcanbebuilt),
	};

	runcases(cases, nelem(cases), argc, argv);
}
