/*
 * Files of a 9P server of the caller's own, as the manual has them: bind(2), open(2), read(2),
 * stat(2), dup(2), fd2path(2), and section 5. Answers come in pieces, late, and in another order.
 */
#include "memserv.h"

static char buf[16 * KiB];

static void
filesare(char *name, char *text)
{
	check(readfile(name, buf, sizeof buf) >= 0);
	checkstr(buf, text);
}

static void
usefiles(int kind)
{
	Dir *d, nd;
	int fd, n, i, seen;

	mountserver(kind);
	filesare("/mnt/hello", "hello\n");
	filesare("/mnt/d/deep", "deep\n");
	filesare("/mnt/d/../hello", "hello\n");
	check(writefile("/mnt/new", "text", 4, 0644) == 0);
	filesare("/mnt/new", "text");
	/* create(2): a file that is there is truncated */
	check(writefile("/mnt/new", "x", 1, 0644) == 0);
	filesare("/mnt/new", "x");
	check(create("/mnt/new", OWRITE | OEXCL, 0644) == -1);
	d = dirstat("/mnt/new");
	check(d != nil);
	checkstr(d->name, "new");
	checkint(d->length, 1);
	checkint(d->type, 'M');
	nulldir(&nd);
	check(dirwstat("/mnt/new", &nd) >= 0);
	nd.name = "other";
	check(dirwstat("/mnt/new", &nd) >= 0);
	check(dirstat("/mnt/new") == nil);
	filesare("/mnt/other", "x");
	nulldir(&nd);
	nd.length = 0;
	check(dirwstat("/mnt/other", &nd) >= 0);
	filesare("/mnt/other", "");
	check(remove("/mnt/other") == 0);
	check(dirstat("/mnt/other") == nil);
	fd = open("/mnt", OREAD);
	for(seen = 0; (n = dirread(fd, &d)) > 0;)
		for(i = 0; i < n; i++)
			seen |= 1 << d[i].qid.path;
	checkint(n, 0);
	checkint(seen, 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4);
	close(fd);
	serverends();
}

static void
childserves(void)
{
	usefiles(Child);
}

static void
threadserves(void)
{
	usefiles(Thread);
}

static void
answersinpieces(int piece)
{
	int fd, own, n;
	static char mine[sizeof buf];

	mountserver(Child);
	sctl->piece = piece;
	filesare("/mnt/d/deep", "deep\n");
	fd = open("/mnt/prog", OREAD);
	own = open(self, OREAD);
	n = pread(fd, buf, sizeof buf, 100);
	checkint(n, sizeof buf);
	checkint(pread(own, mine, sizeof mine, 100), n);
	check(memcmp(buf, mine, n) == 0);
	close(own);
	close(fd);
	serverends();
}

static void
answersmaycomeinpieces(void)
{
	answersinpieces(1);
	answersinpieces(6);
	answersinpieces(8000);
}

static void
offsetsareofthefile(void)
{
	int fd, fd2;

	mountserver(Child);
	/* dup(2): two descriptors, one offset, one open file */
	fd = open("/mnt/hello", ORDWR);
	fd2 = dup(fd, -1);
	checkint(read(fd, buf, 2), 2);
	checkint(read(fd2, buf, 2), 2);
	check(memcmp(buf, "ll", 2) == 0);
	close(fd);
	checkint(
	    sctl->seen[Tclunk] > 0 && sctl->seen[Twalk] == sctl->seen[Tclunk],
	    0);
	checkint(seek(fd2, -1, 2), 5);
	checkint(write(fd2, "!\n", 2), 2);
	checkint(seek(fd2, 0, 0), 0);
	checkint(pread(fd2, buf, 2, 4), 2);
	check(memcmp(buf, "o!", 2) == 0);
	checkint(read(fd2, buf, 10), 7);
	checkint(read(fd2, buf, 10), 0);
	close(fd2);
	/* open(5): an append-only file's end is the server's */
	fd = open("/mnt/log", OWRITE);
	checkint(pwrite(fd, "one\n", 4, 0), 4);
	checkint(pwrite(fd, "two\n", 4, 0), 4);
	close(fd);
	filesare("/mnt/log", "one\ntwo\n");
	serverends();
}

static void
orcloseremoves(void)
{
	int fd;

	mountserver(Child);
	fd = create("/mnt/tmp", ORDWR | ORCLOSE, 0600);
	check(fd >= 0);
	check(dirstat("/mnt/tmp") != nil);
	close(fd);
	check(dirstat("/mnt/tmp") == nil);
	serverends();
}

static void
namesstay(void)
{
	Dir nd;
	int fd;

	mountserver(Child);
	fd = open("/mnt/d/../d/deep", OREAD);
	check(fd2path(fd, buf, sizeof buf) == 0);
	checkstr(buf, "/mnt/d/deep");
	close(fd);
	/* a directory that is renamed is the same directory */
	check(chdir("/mnt/d") == 0);
	nulldir(&nd);
	nd.name = "e";
	check(dirwstat("/mnt/d", &nd) >= 0);
	filesare("deep", "deep\n");
	filesare("../hello", "hello\n");
	filesare("/mnt/e/deep", "deep\n");
	check(chdir("/") == 0);
	serverends();
}

static void
unionsareinorder(void)
{
	Dir *d;
	int again;

	close(create("un", OREAD, DMDIR | 0777));
	startserver(Child);
	again = dup(mfd, -1);
	check(mount(mfd, -1, "/mnt", MREPL, "") >= 0);
	/* bind(2): without MCREATE no file is made there */
	check(create("/mnt/x", OWRITE, 0644) == -1);
	checkexact(bind("/mnt", "un", MREPL | MCREATE), "inconsistent mount");
	check(mount(again, -1, "/mnt", MREPL | MCREATE, "") >= 0);
	check(bind("/mnt/d", "un", MREPL) >= 0);
	filesare("un/deep", "deep\n");
	check(bind("/mnt", "un", MAFTER | MCREATE) >= 0);
	filesare("un/hello", "hello\n");
	check(writefile("un/x", "y", 1, 0644) == 0);
	filesare("/mnt/x", "y");
	check(writefile("un/deep", "z", 1, 0644) == 0);
	filesare("/mnt/d/deep", "z");
	check(unmount("/mnt/d", "un") >= 0);
	check(dirstat("un/deep") == nil);
	filesare("un/hello", "hello\n");
	check(unmount(nil, "un") >= 0);
	check(dirstat("un/hello") == nil);
	d = dirstat("/mnt/hello");
	check(d != nil);
	/* stat(2): what does not fit gives its size */
	checkint(stat("/mnt/hello", (uchar *)buf, BIT16SZ), BIT16SZ);
	checkint((buf[0] & 0xFF) + BIT16SZ, sizeD2M(d));
	serverends();
	check(remove("un") == 0);
}

static void
onereader(void *off)
{
	int fd = open("/mnt/prog", OREAD), own = open(self, OREAD);
	char a[100], b[100];

	check(fd >= 0);
	checkint(pread(fd, a, sizeof a, (vlong)off), sizeof a);
	checkint(pread(own, b, sizeof b, (vlong)off), sizeof b);
	check(memcmp(a, b, sizeof a) == 0);
}

static void
lateanswersfindtheircallers(void)
{
	Waitmsg w;
	vlong i;

	mountserver(Child);
	sctl->gather = NHELD;
	for(i = 0; i < NHELD; i++)
		spawn(RFFDG, onereader, (void *)(1000 * i));
	for(i = 0; i < NHELD; i++) {
		check(waitfor(&w) >= 0);
		checkstr(w.msg, "");
	}
	sctl->gather = 0;
	serverends();
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(childserves),
	    CASE(threadserves),
	    CASE(answersmaycomeinpieces),
	    CASE(offsetsareofthefile),
	    CASE(orcloseremoves),
	    CASE(namesstay),
	    CASE(unionsareinorder),
	    CASE(lateanswersfindtheircallers),
	};

	runcases(cases, nelem(cases), argc, argv);
}
