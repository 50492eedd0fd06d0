/*
 * cmd(3): control messages, how commands end, and who may do what. run9 --cmd runs this.
 */
#include "hostcmd.h"

/* Does host process pid run? */
static int
alive(int pid)
{
	char path[32];
	Dir *d;

	snprint(path, sizeof path, "#Z/proc/%d", pid);
	d = dirstat(path);
	free(d);
	return d != nil;
}

/* A command whose child has its output too. */
static char family[] = "exec sh -c 'sleep 1000 & echo; wait'";

static void
nicelowersthepriority(void)
{
	Cmd c = newcmd();
	int was, now;

	was = atoi(cmdoutput("exec nice"));
	check(cmdctl(&c, "nice 2") == 0);
	check(cmdctl(&c, "exec nice") == 0);
	now = atoi(cmdread(cmdopen(&c, "data", OREAD)));
	check(now > was || now == 19);
	c = newcmd();
	check(cmdctl(&c, "nice") == 0);
	checkerr(cmdctl(&c, "nice 4"), "control request");
	checkerr(cmdctl(&c, "nice 0"), "control request");
	checkerr(cmdctl(&c, "nice 1 2"), "control request");
}

static void
killendsallofagroup(void)
{
	Cmd c = newcmd();
	int fd;

	check(cmdctl(&c, family) == 0);
	fd = cmdopen(&c, "data", OREAD);
	checkint(read(fd, cmdbuf, sizeof cmdbuf), 1);
	check(cmdctl(&c, "kill") == 0);
	checkint(read(fd, cmdbuf, sizeof cmdbuf), 0);
	checkstr(cmdstatus(&c), "killed");
	checkexact(cmdctl(&c, "kill"), "not started");
}

static void
killonclosekills(void)
{
	Cmd c = newcmd();
	int data, wait;

	data = cmdopen(&c, "data", OREAD);
	wait = cmdopen(&c, "wait", OREAD);
	check(cmdctl(&c, "killonclose") == 0);
	check(cmdctl(&c, family) == 0);
	checkint(read(data, cmdbuf, sizeof cmdbuf), 1);
	close(c.ctl);
	checkint(read(data, cmdbuf, sizeof cmdbuf), 0);
	check(strstr(cmdread(wait), " killed") != nil);
}

static void
withoutkillonclosectlmaygo(void)
{
	Cmd c = newcmd();
	int fd;

	fd = cmdopen(&c, "data", OREAD);
	check(cmdctl(&c, "exec sh -c 'echo; sleep 0.1; echo end'") == 0);
	checkint(read(fd, cmdbuf, sizeof cmdbuf), 1);
	close(c.ctl);
	checkint(read(fd, cmdbuf, sizeof cmdbuf), 4);
}

static void
lastclosekills(void)
{
	Cmd c = newcmd();
	int fd, pid;

	check(cmdctl(&c, "exec sh -c 'echo $$; exec sleep 1000'") == 0);
	fd = cmdopen(&c, "data", OREAD);
	check(read(fd, cmdbuf, sizeof cmdbuf) > 0);
	pid = atoi(cmdbuf);
	check(alive(pid));
	close(c.ctl);
	check(alive(pid));
	close(fd);
	while(alive(pid))
		sleep(10);
}

static void
notesaresignals(void)
{
	static struct
	{
		char *note, *text;
	} notes[] = {
	    {"note interrupt", "'exit: 2'"},
	    {"note hangup", "'exit: 3'"},
	    {"note term", "'exit: 4'"},
	    {"note kill", "killed"},
	};
	uint i;
	int fd;

	for(i = 0; i < nelem(notes); i++) {
		Cmd c = newcmd();

		checkexact(cmdctl(&c, notes[i].note), "not started");
		check(
		    cmdctl(&c,
			"exec sh -c 'trap \"exit 2\" INT; trap \"exit 3\" HUP;"
			"trap \"exit 4\" TERM; echo;"
			"while :; do sleep 0.05; done'") == 0);
		fd = cmdopen(&c, "data", OREAD);
		checkint(read(fd, cmdbuf, sizeof cmdbuf), 1);
		checkerr(cmdctl(&c, "note nonsense"), "control request");
		check(cmdctl(&c, notes[i].note) == 0);
		checkstr(cmdstatus(&c), notes[i].text);
		close(fd);
		close(c.ctl);
	}
}

static void
badmessagesfail(void)
{
	Cmd c = newcmd();

	checkexact(cmdctl(&c, "frob x"), "unknown control message \"frob x\"");
	checkexact(cmdctl(&c, "dir"), "wrong #args in control message \"dir\"");
	checkexact(
	    cmdctl(&c, "kill 1"), "wrong #args in control message \"kill 1\"");
	checkexact(cmdctl(&c, "exec"), "read or write too small");
	checkexact(cmdctl(&c, ""), "empty control message");
	checkexact(cmdctl(&c, "kill"), "not started");
}

static void
execfailswithareason(void)
{
	Cmd c = newcmd();

	check(writefile("plain", "text", 4, 0666) == 0);
	checkexact(cmdctl(&c, "exec nosuchcommand"),
	    "file does not exist: 'nosuchcommand'");
	checkexact(cmdctl(&c, "exec ./plain"), "permission denied: './plain'");
	checkexact(cmdctl(&c, "exec ''"), "file does not exist: ''");
	check(cmdctl(&c, "dir /no/such") == 0);
	checkexact(cmdctl(&c, "exec true"), "file does not exist: '/no/such'");
	/* and one that can be run still is */
	check(cmdctl(&c, "dir /") == 0);
	check(cmdctl(&c, "exec true") == 0);
	checkstr(cmdstatus(&c), "''");
	/* a connection has one command */
	checkexact(cmdctl(&c, "exec true"), "device or object already in use");
}

static void
filesopenastheymay(void)
{
	static char *ro[] = {"status", "wait", "stderr"};
	Cmd c = newcmd();
	Dir d;
	uint i;

	for(i = 0; i < nelem(ro); i++) {
		checkerr(open(cmdfile(&c, ro[i]), OWRITE), "permission denied");
		checkerr(open(cmdfile(&c, ro[i]), ORDWR), "permission denied");
	}
	checkerr(open("/cmd", OWRITE), "");
	checkerr(create("/cmd/new", OREAD, 0666), "");
	checkerr(remove("/cmd/clone"), "permission denied");
	checkerr(open("/cmd/100000", OREAD), "does not exist");
	nulldir(&d);
	d.mode = 0400;
	check(dirwstat(cmdfile(&c, "ctl"), &d) >= 0);
	checkerr(open(cmdfile(&c, "ctl"), ORDWR), "permission denied");
	checkerr(dirwstat(cmdfile(&c, "wait"), &d), "permission denied");
}

static void
noneruns(void *unused)
{
	USED(unused);
	check(writeto("/dev/user", "none") == 4);
	checkexact(
	    open("/cmd/clone", ORDWR), "permission denied: '/cmd/clone'");
}

static void
noneruncommands(void)
{
	childok(spawn(0, noneruns, nil));
}

static void
directorieslist(void)
{
	static char *names[] = {"ctl", "data", "stderr", "status", "wait"};
	Cmd c = newcmd();
	Dir *d;
	int fd, n;
	uint i;

	fd = open(c.dir, OREAD);
	check(fd >= 0);
	n = dirread(fd, &d);
	checkint(n, nelem(names));
	for(i = 0; i < nelem(names); i++)
		checkstr(d[i].name, names[i]);
}

static void
connectionsareusedagain(void)
{
	Cmd c;
	int i, n;

	n = 0;
	for(i = 0; i < 50; i++) {
		c = newcmd();
		check(cmdctl(&c, "exec true") == 0);
		close(c.ctl);
		if(atoi(c.dir + 5) > n)
			n = atoi(c.dir + 5);
	}
	check(n < 40);
}

static void
whatitleavesgoeson(void)
{
	Cmd c = newcmd();
	int fd, pid;

	check(cmdctl(&c, "exec sh -c 'sleep 1000 >/dev/null & echo $!'") == 0);
	fd = cmdopen(&c, "data", OREAD);
	check(read(fd, cmdbuf, sizeof cmdbuf) > 0);
	pid = atoi(cmdbuf);
	checkstr(cmdstatus(&c), "''");
	close(fd);
	close(c.ctl);
	check(alive(pid));
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(nicelowersthepriority),
	    CASE(killendsallofagroup),
	    CASE(killonclosekills),
	    CASE(withoutkillonclosectlmaygo),
	    CASE(lastclosekills),
	    CASE(notesaresignals),
	    CASE(badmessagesfail),
	    CASE(execfailswithareason),
	    CASE(filesopenastheymay),
	    CASE(noneruncommands),
	    CASE(directorieslist),
	    CASE(connectionsareusedagain),
	    CASE(whatitleavesgoeson),
	};

	runcases(cases, nelem(cases), argc, argv);
}
