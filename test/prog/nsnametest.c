/*
 * Names: errors that have them, names of devices, and names that a group is forbidden. intro(2),
 * root(3), fork(2).
 */
#include "test.h"

static char buf[1024];

static void
norestricted(void *arg)
{
	int p[2];

	USED(arg);
	check(rfork(RFNOMNT) == 0);
	check(open("#c/null", OREAD) >= 0);
	check(open("#e", OREAD) >= 0);
	check(open("#d/0", OREAD) >= 0 || open("#d", OREAD) >= 0);
	check(open("#s", OREAD) == -1);
	check(open("/dev/null", OREAD) >= 0);
	check(pipe(p) == 0);
	check(mount(p[0], -1, "/mnt", MREPL, "") == -1);
}

static void
nomntforbidsmountsanddevices(void)
{
	childok(spawn(RFFDG | RFNAMEG, norestricted, nil));
}

/* shr(3): what one has of #σ before one may not mount any more is no way to mount */
static void
nomntforbidsshares(void)
{
	char share[32], name[64];
	int fd;

	check(bind("#\317\203c", "/mnt", MREPL | MCREATE) >= 0);
	snprint(share, sizeof share, "/mnt/nsname%d", getpid());
	check(close(create(share, OREAD, DMDIR | 0777)) == 0);
	snprint(name, sizeof name, "%s/a", share);
	fd = create(name, OWRITE, 0666);
	check(fd >= 0);
	check(rfork(RFNOMNT) == 0);
	checkexact(write(fd, "0", 1), "mount/attach disallowed");
	snprint(buf, sizeof buf, "mount/attach disallowed: '%s/b'", share);
	name[strlen(name) - 1] = 'b';
	checkexact(create(name, OWRITE, 0666), buf);
	checkexact(create("/mnt/other", OREAD, DMDIR | 0777),
	    "mount/attach disallowed: '/mnt/other'");
	name[strlen(name) - 1] = 'a';
	check(remove(name) == 0);
	check(remove(share) == 0);
}

/* bind(2): a device can be taken out of a name space by those who may not name it */
static void
nomntallowsunmountofadevice(void)
{
	check(bind("#P", "/mnt", MBEFORE) >= 0);
	check(bind("#\302\266", "/mnt", MAFTER) >= 0);
	check(bind("#g", "/mnt", MAFTER) >= 0);
	check(rfork(RFNOMNT) == 0);
	checkint(dirstat("/mnt/cputype")->qid.type, QTFILE);
	checkexact(unmount("#P/", "/mnt"), "mount/attach disallowed");
	checkexact(unmount("#P/cputype", "/mnt"), "mount/attach disallowed");
	checkexact(unmount("#Px", "/mnt"), "mount/attach disallowed");
	checkint(unmount("#P", "/mnt"), 0);
	/* any name of /mnt is a directory */
	checkint(dirstat("/mnt/cputype")->qid.type, QTDIR);
	checkexact(unmount("#P", "/mnt"), "not in union");
	checkint(unmount("#\302\266", "/mnt"), 0);
	checkexact(unmount("#M", "/mnt"), "mount/attach disallowed");
	checkexact(bind("#P", "/mnt", MREPL), "mount/attach disallowed");
	checkexact(open("#P", OREAD), "mount/attach disallowed");
	checkint(unmount("#g", "/mnt"), 0);
}

static void
chdev(void *arg)
{
	int p[2], q[2];
	char *s = arg;

	check(rfork(RFNAMEG) == 0);
	checkint(writeto("/dev/drivers", "chdev & cep|sM"), 14);
	check(open("#c/null", OREAD) >= 0);
	check(open("#s", OREAD) >= 0);
	checkerr(open("#Z", OREAD), "disallowed");
	checkerr(open("#d", OREAD), "disallowed");
	readfile("/dev/drivers", buf, sizeof buf);
	checkhas(buf, "#c cons\n");
	check(strstr(buf, "#d") == nil);
	check(open("/fd", OREAD) >= 0); /* what is bound stays */
	check(pipe(p) == 0);

	/* nothing comes back */
	check(writeto("/dev/drivers", "chdev & cdZ") > 0);
	check(open("#Z", OREAD) == -1);
	check(open("#s", OREAD) == -1);
	check(open("#c/null", OREAD) >= 0);
	/* pipe(2) attaches #| */
	checkexact(pipe(q), "mount/attach disallowed");
	checkerr(mount(p[0], -1, "/n", MREPL, ""), "disallowed");

	check(rfork(RFPROC | RFNAMEG | RFFDG) >= 0); /* it is inherited */
	check(open("#s", OREAD) == -1);
	check(writeto("/dev/drivers", s) > 0);
	checkerr(open("#c/null", OREAD), "disallowed");
	check(open("/dev/null", OREAD) >= 0);
}

static void
driversarerestrictedbychdev(void)
{
	childok(spawn(RFFDG | RFNAMEG, chdev, "chdev ~\n"));
	childok(spawn(RFFDG | RFNAMEG, chdev, "chdev &~ c"));
	check(open("#s", OREAD) >= 0);
	check(writeto("/dev/drivers", "chdev") == -1);
	check(writeto("/dev/drivers", "chdev | c") == -1);
	check(writeto("/dev/drivers", "chdev &") == -1);
	check(writeto("/dev/drivers", "nonsense ~") == -1);
	check(open("#c/null", OREAD) >= 0);
}

/* root(3) */
static void
rootdeviceislisted(void)
{
	static char *want[] = {"bin", "boot", "dev", "env", "fd", "mnt", "n",
	    "net", "net.alt", "proc", "root", "shr", "srv"};
	char name[32];
	uint i;

	for(i = 0; i < nelem(want); i++) {
		snprint(name, sizeof name, "#/%s", want[i]);
		check(close(open(name, OREAD)) == 0);
	}
	check(close(open("#/", OREAD)) == 0);
	checkexact(open("#/none", OREAD), "file does not exist: '#/none'");
	check(bind("#/mnt", "/mnt", MREPL) == 0);
}

/* intro(2): an error, and then the name as far as it was walked */
static void
errorsnamethefile(void)
{
	check(close(create("file", OREAD, 0666)) == 0);
	check(close(create("dir", OREAD, DMDIR | 0777)) == 0);
	checkexact(open("no", OREAD), "file does not exist: 'no'");
	checkexact(open("dir/no/such", OREAD), "file does not exist: 'dir/no'");
	checkexact(open("it's", OREAD), "file does not exist: 'it''s'");
	checkexact(open("a b", OREAD), "file does not exist: 'a b'");
	checkexact(open("dir/no/", OREAD), "file does not exist: 'dir/no/'");
	checkexact(open("file/x", OREAD), "not a directory: 'file'");
	checkexact(open("./file/x/y", OREAD), "not a directory: './file'");
	checkexact(open("file/", OREAD), "not a directory: 'file/'");
	checkexact(open("file/.", OREAD), "not a directory: 'file/.'");
	checkexact(open("file/../no", OREAD), "not a directory: 'file'");
	checkexact(open("#c/none", OREAD), "file does not exist: '#c/none'");
	checkexact(chdir("file"), "not a directory: 'file'");
	checkexact(remove("no"), "file does not exist: 'no'");
	checkexact(bind("no", "dir", MREPL), "file does not exist: 'no'");
	checkexact(open("a\nb", OREAD), "bad character in file name: 'a\nb'");
	checkexact(
	    open("it's\n", OREAD), "bad character in file name: 'it''s\n'");
	checkexact(
	    open("/a/\177", OREAD), "bad character in file name: /a/\177");
	checkexact(create("file", OWRITE | OEXCL, 0666),
	    "file already exists: 'file'");
	checkexact(create("no/x", OWRITE, 0666), "file does not exist: 'no'");
	checkexact(create("new/", OREAD, 0666), "create without DMDIR: 'new/'");
	/* the device says that it makes no file, in whatever */
	checkexact(
	    create("#c/null/x", OREAD, 0666), "permission denied: '#c/null/x'");
	/* a slash asks for a directory, and what is there is opened */
	check(close(create("#c/null/", OREAD, DMDIR | 0777)) == 0);
	check(remove("file") == 0 && remove("dir") == 0);
}

static void
rootshavenonameinerrors(void)
{
	checkexact(open("/", OWRITE), "permission denied");
	checkexact(open("/.", OWRITE), "permission denied");
	checkexact(open("#c/", OWRITE), "permission denied");
	checkexact(open(".", OEXEC), "cannot exec directory");
	checkexact(create("/", OREAD, DMDIR | 0777), "file already exists");
	checkexact(create(".", OREAD, 0666), "create without DMDIR");
	checkexact(create("#c", OREAD, 0666), "create without DMDIR");
	checkexact(create("#|", OREAD, 0666), "create without DMDIR");
	checkexact(open("", OREAD), "empty file name");
}

/* as much of its end as leaves room for the error */
static void
longnamesarecutinerrors(void)
{
	char name[300], err[ERRMAX], want[ERRMAX];

	memset(name, 'x', sizeof name);
	strcpy(name + 200, "/file");
	name[99] = '/';
	checkerr(
	    open(name, OREAD), "file does not exist: '...xxxxxxxxxxxxxxxx");
	errstr(err, sizeof err);
	checkint(strlen(err), strlen("file does not exist: '...'") + 32);
	/* a bad character: as much of its beginning as there is room for */
	name[150] = '\177';
	snprint(want, sizeof want, "bad character in file name: %.99s", name);
	checkexact(open(name, OREAD), want);
	name[0] = ' ';
	snprint(want, sizeof want, "bad character in file name: '%.98s", name);
	checkexact(open(name, OREAD), want);
}

static void
unknowndeviceisanerror(void)
{
	checkexact(
	    open("#\342\230\272", OREAD), "unknown device in # filename");
	checkexact(open("#\377", OREAD), "unknown device in # filename");
	checkexact(open("#", OREAD), "unknown device in # filename");
	check(bind("#Y", "/mnt", MREPL) == -1);
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(nomntforbidsmountsanddevices),
	    CASE(nomntforbidsshares),
	    CASE(nomntallowsunmountofadevice),
	    CASE(driversarerestrictedbychdev),
	    CASE(rootdeviceislisted),
	    CASE(errorsnamethefile),
	    CASE(rootshavenonameinerrors),
	    CASE(longnamesarecutinerrors),
	    CASE(unknowndeviceisanerror),
	};

	runcases(cases, nelem(cases), argc, argv);
}
