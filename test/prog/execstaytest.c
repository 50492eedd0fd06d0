/*
 * What exec leaves as it is, and what not: descriptors, children, groups, alarms, notes. exec(2),
 * open(2), dup(2), sleep(2), notify(2)
 */
#include "notelog.h"

/* Become this program again, in a mode of main's. */
static void
become(char *mode, char *arg)
{
	char *argv[] = {self, mode, arg, nil};

	exec(self, argv);
	exits("exec failed");
}

/* --- descriptors --- */

static void
modeisopen(char *fd)
{
	char path[ERRMAX];

	exits(fd2path(atoi(fd), path, sizeof path) == 0 ? "open" : "closed");
}

/* Is fd open after an exec by a child that has this table, or a copy with RFFDG? */
static char *
afterexec(int fd, int flag)
{
	char num[NUMSIZE];
	int pid;

	snprint(num, sizeof num, "%d", fd);
	pid = rfork(RFPROC | flag);
	check(pid >= 0);
	if(pid == 0)
		become("-isopen", num);
	return childmsg(pid);
}

static void
aduplicateisnotclosed(void)
{
	int fd = open("/dev/null", OREAD | OCEXEC), other;

	other = dup(fd, -1);
	checkstr(afterexec(fd, RFFDG), "closed");
	checkstr(afterexec(other, RFFDG), "open");
	/* one that is the descriptor itself, too */
	checkint(dup(fd, fd), fd);
	checkstr(afterexec(fd, RFFDG), "open");
}

static void
thenumbersnextuserisitsown(void)
{
	int fd = open("/dev/null", OREAD | OCEXEC);

	checkint(close(fd), 0);
	checkint(open("/dev/null", OREAD), fd);
	checkstr(afterexec(fd, RFFDG), "open");
	close(fd);
	checkint(create("file", OWRITE | OCEXEC | ORCLOSE, 0666), fd);
	checkstr(afterexec(fd, RFFDG), "closed");
	checkint(dup(open("/dev/null", OREAD), fd), fd);
	checkstr(afterexec(fd, RFFDG), "open");
}

static void
asharedtablelosesit(void)
{
	int fd = open("/dev/null", OREAD | OCEXEC);

	checkstr(afterexec(fd, 0), "closed");
	checkint(close(fd), -1);
}

/* --- children, groups --- */

static void
sayslater(void *arg)
{
	sleep(20);
	exits(arg);
}

static void
modeawait(void)
{
	Waitmsg w;

	check(waitfor(&w) > 0);
	exits(strstr(w.msg, ": ") + 2);
}

static void
forksandexecs(void *arg)
{
	spawn(RFFDG, sayslater, arg);
	become("-await", nil);
}

static void
childrenstay(void)
{
	checkstr(childmsg(spawn(RFFDG, forksandexecs, "a child's end")),
	    "a child's end");
}

static void
modemeet(void)
{
	check(rendezvous((void *)77, (void *)2) == (void *)1);
	exits(nil);
}

static void
meetsafterexec(void *arg)
{
	become(arg, nil);
}

static void
therendezvousgroupstays(void)
{
	int pid = spawn(RFFDG, meetsafterexec, "-meet");

	check(rendezvous((void *)77, (void *)1) == (void *)2);
	childok(pid);
}

/* --- alarms, notes --- */

static void
modesleep(void)
{
	sleep(60000);
	exits("slept");
}

static void
execsalarmed(void *arg)
{
	notify(ignore);
	alarm(100);
	become(arg, nil);
}

static void
analarmgoeson(void)
{
	checkstr(childmsg(spawn(RFFDG, execsalarmed, "-sleep")), "alarm");
}

static void
modelisten(void)
{
	notify(record);
	alarm(50);
	check(sleep(60000) == -1);
	exits(notes[0]);
}

static void
postsandexecs(Ureg *u, char *msg)
{
	USED(u);
	USED(msg);
	postself("held off");
	become("-listen", nil);
}

static void
execsinhandler(void *arg)
{
	USED(arg);
	notify(postsandexecs);
	postself("first");
	exits("no note");
}

/* what a handler held off is for a program that is gone */
static void
heldoffnotesgo(void)
{
	checkstr(childmsg(spawn(RFFDG, execsinhandler, nil)), "alarm");
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(aduplicateisnotclosed),
	    CASE(thenumbersnextuserisitsown),
	    CASE(asharedtablelosesit),
	    CASE(childrenstay),
	    CASE(therendezvousgroupstays),
	    CASE(analarmgoeson),
	    CASE(heldoffnotesgo),
	};

	self = argv[0];
	if(argc > 2 && strcmp(argv[1], "-isopen") == 0)
		modeisopen(argv[2]);
	if(argc > 1 && strcmp(argv[1], "-await") == 0)
		modeawait();
	if(argc > 1 && strcmp(argv[1], "-meet") == 0)
		modemeet();
	if(argc > 1 && strcmp(argv[1], "-sleep") == 0)
		modesleep();
	if(argc > 1 && strcmp(argv[1], "-listen") == 0)
		modelisten();
	runcases(cases, nelem(cases), argc, argv);
}
