/*
 * cmd(3): what commands of the host read, write and say. run9 --cmd runs this.
 */
#include "hostcmd.h"

static void
execrunsacommand(void)
{
	checkstr(cmdoutput("exec echo hello"), "hello\n");
	checkstr(cmdoutput("exec /bin/echo hello again\n"), "hello again\n");
}

static void
ctlreadsitsnumber(void)
{
	Cmd a = newcmd(), b = newcmd();
	char num[16];
	int fd;

	check(strcmp(a.dir, b.dir) != 0);
	fd = cmdopen(&a, "ctl", OREAD);
	check(read(fd, num, sizeof num) > 0);
	checkint(atoi(num), atoi(a.dir + 5));
	checkint(read(fd, num, sizeof num), 0);
}

static void
argumentsarequoted(void)
{
	checkstr(cmdoutput("exec printf '<%s>' 'a b' 'it''s' '' plain"),
	    "<a b><it's><><plain>");
}

/* A line of wait without its numbers. */
static char *
waitstatus(Cmd *c)
{
	char *args[8];
	int fd, i;

	fd = cmdopen(c, "wait", OREAD);
	cmdread(fd);
	checkint(tokenize(cmdbuf, args, nelem(args), " "), 5);
	check(atoi(args[0]) > 1);
	for(i = 1; i < 4; i++)
		check(args[i][0] >= '0' && args[i][0] <= '9');
	return args[4];
}

static void
waitsaysthestatus(void)
{
	static struct
	{
		char *msg, *text;
	} runs[] = {
	    {"exec true", "''"},
	    {"exec sh -c 'exit 3'", "'exit: 3'"},
	    {"exec sh -c 'kill -9 $$'", "killed"},
	    {"exec sh -c 'kill -TERM $$'", "killed"},
	    {"exec sh -c 'kill -HUP $$'", "'signal: 1'"},
	};
	uint i;

	for(i = 0; i < nelem(runs); i++) {
		Cmd c = newcmd();

		check(cmdctl(&c, runs[i].msg) == 0);
		checkstr(cmdstatus(&c), runs[i].text);
		close(c.ctl);
	}
}

static void
waithasfivefields(void)
{
	Cmd c = newcmd();

	check(cmdctl(&c, "exec true") == 0);
	checkstr(waitstatus(&c), "''");
	/* another open of the file says it again */
	checkstr(waitstatus(&c), "''");
}

static void
readwait(void *a)
{
	checkstr(cmdstatus(a), "'exit: 4'");
}

static void
waitwaitsforastart(void)
{
	Cmd c = newcmd();
	Waitmsg w;
	int i;

	for(i = 0; i < 2; i++)
		spawn(0, readwait, &c);
	sleep(50);
	check(cmdctl(&c, "exec sh -c 'exit 4'") == 0);
	for(i = 0; i < 2; i++) {
		check(waitfor(&w) > 0);
		checkstr(w.msg, "");
	}
}

static void
waitinterrupted(void *a)
{
	int fd;

	fd = cmdopen(a, "wait", OREAD);
	notify(ignore);
	checkexact(read(fd, cmdbuf, sizeof cmdbuf), "interrupted");
}

static void
notesinterruptwait(void)
{
	Cmd c = newcmd();
	int pid;

	notify(ignore);
	pid = spawn(0, waitinterrupted, &c);
	pokeuntilgone(pid);
	childok(pid);
	check(cmdctl(&c, "exec sleep 1000") == 0);
	pid = spawn(0, waitinterrupted, &c);
	pokeuntilgone(pid);
	childok(pid);
}

static void
readinterrupted(void *a)
{
	int fd;

	fd = cmdopen(a, "data", OREAD);
	notify(ignore);
	checkexact(read(fd, cmdbuf, sizeof cmdbuf), "interrupted");
}

static void
notesinterruptreads(void)
{
	Cmd c = newcmd();
	int pid, fd;

	check(cmdctl(&c,
		  "exec sh -c 'trap ''echo end; exit'' TERM; echo; "
		  "while :; do sleep 0.05; done'") == 0);
	fd = cmdopen(&c, "data", OREAD);
	checkint(read(fd, cmdbuf, sizeof cmdbuf), 1);
	notify(ignore);
	pid = spawn(0, readinterrupted, &c);
	pokeuntilgone(pid);
	childok(pid);
	/* the command goes on */
	check(cmdctl(&c, "note term") == 0);
	checkint(read(fd, cmdbuf, sizeof cmdbuf), 4);
	cmdbuf[4] = 0;
	checkstr(cmdbuf, "end\n");
}

enum
{
	BIG = 1024 * 1024,
};

static void
writebig(void *a)
{
	int fd, i, n;

	fd = cmdopen(a, "data", OWRITE);
	for(n = 0; n < BIG; n += sizeof cmdbuf) {
		for(i = 0; i < (int)sizeof cmdbuf; i++)
			cmdbuf[i] = (n + i) * 7 + (n + i) / 256;
		checkint(write(fd, cmdbuf, sizeof cmdbuf), sizeof cmdbuf);
	}
	close(fd);
}

static void
datagoesbothways(void)
{
	Cmd c = newcmd();
	int pid, fd, i, n, m;

	check(cmdctl(&c, "exec cat") == 0);
	fd = cmdopen(&c, "data", OREAD);
	pid = spawn(0, writebig, &c);
	for(n = 0; (m = read(fd, cmdbuf, sizeof cmdbuf)) > 0; n += m)
		for(i = 0; i < m; i++)
			if(cmdbuf[i] != (char)((n + i) * 7 + (n + i) / 256))
				fail("byte %d is %d", n + i, cmdbuf[i]);
	checkint(m, 0);
	checkint(n, BIG);
	childok(pid);
	checkstr(cmdstatus(&c), "''");
}

static void
standarderrorisafile(void)
{
	Cmd c = newcmd();

	check(cmdctl(&c, "exec sh -c 'echo out; echo err >&2'") == 0);
	checkstr(cmdread(cmdopen(&c, "stderr", OREAD)), "err\n");
	checkstr(cmdread(cmdopen(&c, "data", OREAD)), "out\n");
}

static char *
status(Cmd *c)
{
	return cmdread(cmdopen(c, "status", OREAD));
}

static void
statushasfivefields(void)
{
	Cmd c = newcmd();
	char want[64];
	int fd;

	snprint(want, sizeof want, "%s 1 Open . ''\n", c.dir + 1);
	checkstr(status(&c), want);
	check(cmdctl(&c, "dir /usr") == 0);
	fd = cmdopen(&c, "data", OREAD);
	check(cmdctl(&c, "exec sh -c 'echo; sleep 1000'") == 0);
	checkint(read(fd, cmdbuf, sizeof cmdbuf), 1);
	snprint(want, sizeof want, "%s 2 Execute /usr sh\n", c.dir + 1);
	checkstr(status(&c), want);
	check(cmdctl(&c, "kill") == 0);
	checkstr(cmdstatus(&c), "killed");
	snprint(want, sizeof want, "%s 2 Done /usr sh\n", c.dir + 1);
	checkstr(status(&c), want);
	close(fd);
	close(c.ctl);
	snprint(want, sizeof want, "%s 0 Closed . ''\n", c.dir + 1);
	checkstr(status(&c), want);
}

static void
dirisahostdirectory(void)
{
	Cmd c = newcmd();

	check(cmdctl(&c, "dir /usr") == 0);
	check(cmdctl(&c, "exec pwd -P") == 0);
	checkstr(cmdread(cmdopen(&c, "data", OREAD)), "/usr\n");
	checkerr(cmdctl(&c, "dir /"), "already in use");
}

static void
withoutdiritisours(void)
{
	char here[1024];
	s32int n;

	/* ours is a temporary folder of the host */
	n = strlen(cmdoutput("exec pwd -P"));
	memmove(here, cmdbuf, n + 1);
	check(writefile("f", "text", 4, 0666) == 0);
	checkstr(cmdoutput("exec cat f"), "text");
	check(chdir("/") == 0);
	checkstr(cmdoutput("exec pwd -P"), "/\n");
	check(strcmp(here, "/\n") != 0);
	/* or none, because ours is not the host's */
	check(chdir("/env") == 0);
	checkexact(write(newcmd().ctl, "exec pwd", 8),
	    "current directory is not the host's");
}

static void
setvar(char *name, char *val, int n)
{
	char path[64];

	snprint(path, sizeof path, "/env/%s", name);
	check(writefile(path, val, n, 0666) == 0);
}

static void
environmentisours(void)
{
	setvar("cmdtest", "a value", 7);
	setvar("cmdlist", "one\0two", 8);
	setvar("fn#f", "echo no", 7);
	checkstr(cmdoutput("exec sh -c 'echo $cmdtest/$cmdlist'"),
	    "a value/one two\n");
	checkstr(cmdoutput("exec sh -c 'env | grep -c ^fn'"), "0\n");
	check(remove("/env/cmdtest") == 0);
	checkstr(cmdoutput("exec sh -c 'echo ${cmdtest-none}'"), "none\n");
	/* PATH is ours too */
	setvar("PATH", "/no/such", 8);
	checkerr(write(newcmd().ctl, "exec ls", 7), "does not exist: 'ls'");
}

static void
textiscommandsofsh(void)
{
	check(writefile("script", "echo script $1 $2\n", 18, 0777) == 0);
	checkstr(cmdoutput("exec ./script one 'two 2'"), "script one two 2\n");
}

static void
datawithoutacommand(void)
{
	Cmd c = newcmd();
	int fd;

	fd = cmdopen(&c, "data", ORDWR);
	checkint(read(fd, cmdbuf, sizeof cmdbuf), 0);
	checkexact(write(fd, "x", 1), "i/o on hungup channel");
}

static void
inputclosedearly(void)
{
	Cmd c = newcmd();
	int fd;

	check(cmdctl(&c, "exec true") == 0);
	checkstr(cmdstatus(&c), "''");
	fd = cmdopen(&c, "data", OWRITE);
	checkexact(write(fd, "x", 1), "i/o on hungup channel");
}

static void
outputclosedearly(void)
{
	Cmd c = newcmd();
	int fd;

	check(cmdctl(&c, "exec sh -c 'exec >&-; read x; exit 5'") == 0);
	checkstr(cmdread(cmdopen(&c, "data", OREAD)), "");
	fd = cmdopen(&c, "data", OWRITE);
	checkint(write(fd, "\n", 1), 1);
	checkstr(cmdstatus(&c), "'exit: 5'");
}

static void
outputthatnobodyreads(void)
{
	Cmd c = newcmd();

	check(cmdctl(&c, "exec yes") == 0);
	close(cmdopen(&c, "data", OREAD));
	checkstr(cmdstatus(&c), "'signal: 13'");
}

static void
twocommandsatonce(void)
{
	Cmd c[8];
	int in[8], out[8];
	uint i;

	for(i = 0; i < nelem(c); i++) {
		c[i] = newcmd();
		check(cmdctl(&c[i], "exec cat") == 0);
		in[i] = cmdopen(&c[i], "data", OWRITE);
		out[i] = cmdopen(&c[i], "data", OREAD);
	}
	for(i = 0; i < nelem(c); i++)
		check(fprint(in[i], "%d", i) == 1);
	for(i = 0; i < nelem(c); i++) {
		checkint(read(out[i], cmdbuf, sizeof cmdbuf), 1);
		checkint(cmdbuf[0], '0' + (int)i);
	}
	/* the end of one's input is not another's */
	for(i = 0; i < nelem(c); i++) {
		close(in[i]);
		checkint(read(out[i], cmdbuf, sizeof cmdbuf), 0);
		checkstr(cmdstatus(&c[i]), "''");
	}
}

static void
descriptorsarethree(void)
{
	/* the last is that of ls */
	checkstr(cmdoutput("exec ls /proc/self/fd"), "0\n1\n2\n3\n");
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(execrunsacommand),
	    CASE(ctlreadsitsnumber),
	    CASE(argumentsarequoted),
	    CASE(waitsaysthestatus),
	    CASE(waithasfivefields),
	    CASE(waitwaitsforastart),
	    CASE(notesinterruptwait),
	    CASE(notesinterruptreads),
	    CASE(datagoesbothways),
	    CASE(standarderrorisafile),
	    CASE(statushasfivefields),
	    CASE(dirisahostdirectory),
	    CASE(withoutdiritisours),
	    CASE(environmentisours),
	    CASE(textiscommandsofsh),
	    CASE(datawithoutacommand),
	    CASE(inputclosedearly),
	    CASE(outputclosedearly),
	    CASE(outputthatnobodyreads),
	    CASE(twocommandsatonce),
	    CASE(descriptorsarethree),
	};

	runcases(cases, nelem(cases), argc, argv);
}
