/*
 * os: run a command of the host, by cmd(3).
 *
 *	os [-bn] [-N level] [-m mountpoint] [-d dir] cmd [arg ...]
 *
 * The command has os's standard files and environment. It runs in dir, or in os's directory. A
 * dir that the name space does not have is the host's. Notes that os gets are signals for the
 * command. If os is killed, so is the command, but with -b. The status is the command's.
 */
#include "lib.h"

enum
{
	MAXMSG = 64 * KiB,
};

static char *mnt;
static char conn[64];
static int ctl;
/* processes that copy the standard files */
static int copier[3];
/* the command has ended */
static volatile int ended;
/* a note came after that: do not wait for output */
static volatile int hurry;

static char *mntpoints[] = {"/cmd", "/mnt/term/cmd", "#C/cmd", nil};

static void
usage(void)
{
	fprint(2,
	    "usage: os [-bn] [-N level] [-m mountpoint] [-d dir] "
	    "cmd [arg ...]\n");
	exits("usage");
}

static int
openconn(char *name, int mode)
{
	char path[256];
	int fd;

	snprint(path, sizeof path, "%s/%s/%s", mnt, conn, name);
	fd = open(path, mode | OCEXEC);
	if(fd < 0)
		sysfatal("%s: %r", path);
	return fd;
}

/* Make a connection at point; 0 if there is none to be had. */
static int
tryclone(char *point)
{
	char path[256];
	int n;

	snprint(path, sizeof path, "%s/clone", point);
	ctl = open(path, ORDWR | OCEXEC);
	if(ctl < 0)
		return 0;
	n = read(ctl, conn, sizeof conn - 1);
	if(n <= 0)
		sysfatal("%s: no connection", path);
	conn[n] = 0;
	mnt = point;
	return 1;
}

static void
clone(void)
{
	int i;

	if(mnt != nil) {
		if(!tryclone(mnt))
			sysfatal("%r");
		return;
	}
	for(i = 0; mntpoints[i] != nil; i++)
		if(tryclone(mntpoints[i]))
			return;
	sysfatal("%r");
}

/* Add s to the message at p, as one word of rc's. */
static char *
addword(char *p, char *e, char *s)
{
	if(p + 2 * strlen(s) + 4 > e)
		sysfatal("arguments are too long");
	*p++ = ' ';
	*p++ = '\'';
	for(; *s != 0; s++) {
		if(*s == '\'')
			*p++ = '\'';
		*p++ = *s;
	}
	*p++ = '\'';
	*p = 0;
	return p;
}

static void
message(char *verb, char **words)
{
	static char msg[MAXMSG];
	char *p;

	p = strecpy(msg, msg + sizeof msg, verb);
	for(; *words != nil; words++)
		p = addword(p, msg + sizeof msg, *words);
	if(write(ctl, msg, p - msg) < 0)
		sysfatal("%r");
}

static void
message1(char *verb, char *word)
{
	char *words[2] = {word, nil};

	message(verb, words);
}

/* --- notes --- */

/* Of the copiers: only the end of their files, and kill, end them. */
static void
passby(Ureg *u, char *msg)
{
	USED(u);
	noted(strncmp(msg, "sys:", 4) == 0 ? NDFLT : NCONT);
}

static void
passon(Ureg *u, char *msg)
{
	char buf[64];

	USED(u);
	if(strcmp(msg, "interrupt") != 0 && strcmp(msg, "hangup") != 0)
		noted(NDFLT);
	if(ended)
		hurry = 1;
	else {
		snprint(buf, sizeof buf, "note %s", msg);
		write(ctl, buf, strlen(buf));
	}
	noted(NCONT);
}

static int
wasinterrupted(void)
{
	char err[ERRMAX];

	rerrstr(err, sizeof err);
	return strcmp(err, "interrupted") == 0;
}

/* --- copying --- */

static void
copy(int from, int to)
{
	static char buf[8192];
	s32int n, m, done;

	for(;;) {
		n = read(from, buf, sizeof buf);
		if(n < 0 && wasinterrupted())
			continue;
		if(n <= 0)
			exits("");
		for(done = 0; done < n; done += m) {
			m = write(to, buf + done, n - done);
			if(m < 0 && wasinterrupted())
				m = 0;
			if(m < 0)
				exits("");
		}
	}
}

/* Copy standard file fd in a process of its own. Each opens the file itself: no other may keep it
 * open. */
static int
copyproc(int fd)
{
	int pid, file;

	pid = fork();
	if(pid < 0)
		sysfatal("fork: %r");
	if(pid > 0)
		return pid;
	notify(passby);
	close(ctl);
	if(fd == 0) {
		file = openconn("data", OWRITE);
		copy(0, file);
	}
	file = openconn(fd == 1 ? "data" : "stderr", OREAD);
	copy(file, fd);
	return -1;
}

/* A process that keeps the connection until the command has ended. */
static void
keeper(void)
{
	char buf[256];

	switch(rfork(RFPROC | RFFDG | RFNOTEG | RFNOWAIT)) {
	case -1:
		sysfatal("fork: %r");
	case 0:
		read(openconn("wait", OREAD), buf, sizeof buf);
		exits("");
	}
}

/* --- the end --- */

/* The status in a line of wait, as a string of exits. */
static char *
statusof(char *line)
{
	char *p, *q, *to;
	int i;

	p = line;
	for(i = 0; i < 4 && p != nil; i++) {
		p = strchr(p, ' ');
		if(p != nil)
			p++;
	}
	if(p == nil)
		return "no status";
	to = p;
	if(*p == '\'') {
		for(q = p + 1; *q != 0; *to++ = *q++)
			if(*q == '\'' && *++q != '\'')
				break;
		*to = 0;
	}
	/* rc and the host know a number */
	return strncmp(p, "exit: ", 6) == 0 ? p + 6 : p;
}

static char *
waitcmd(int fd)
{
	static char line[256];
	s32int n;

	while((n = read(fd, line, sizeof line - 1)) < 0 && wasinterrupted())
		;
	if(n < 0)
		sysfatal("wait: %r");
	line[n] = 0;
	ended = 1;
	return statusof(line);
}

/* Wait until the output is copied, which others than the command may have too. A note ends that.
 */
static void
waitcopiers(void)
{
	Waitmsg w;
	int left, i;

	postnote(copier[0], "kill");
	left = 3;
	while(left > 0) {
		if(hurry)
			for(i = 0; i < 3; i++)
				postnote(copier[i], "kill");
		if(waitfor(&w) >= 0)
			left--;
		else if(!wasinterrupted())
			break;
	}
}

/* The words of an option that has one. */
static char *
optarg(char *p, char ***argv)
{
	if(p[1] != 0)
		return p + 1;
	if(*++*argv == nil)
		usage();
	return **argv;
}

static char *dir;
static char *level;
static int background;

/* An option with a word. */
static void
wordoption(int c, char *word)
{
	switch(c) {
	case 'N':
		level = word;
		break;
	case 'm':
		mnt = word;
		break;
	case 'd':
		dir = word;
		break;
	default:
		usage();
	}
}

/* Returns what follows the options. */
static char **
options(char **argv)
{
	char *p;

	for(; *argv != nil && argv[0][0] == '-' && argv[0][1] != 0; argv++) {
		if(strcmp(*argv, "--") == 0)
			return argv + 1;
		for(p = *argv + 1; *p != 0; p++) {
			if(*p == 'b')
				background = 1;
			else if(*p == 'n')
				level = "1";
			else {
				wordoption(*p, optarg(p, &argv));
				break;
			}
		}
	}
	return argv;
}

void
main(int argc, char *argv[])
{
	char *status;
	int wait, i;

	USED(argc);
	argv = options(argv + 1);
	if(*argv == nil)
		usage();
	clone();
	if(dir != nil && chdir(dir) < 0)
		message1("dir", dir);
	if(level != nil)
		message1("nice", level);
	wait = openconn("wait", OREAD);
	if(!background)
		message1("killonclose", nil);
	notify(passon);
	message("exec", argv);
	if(background)
		keeper();
	for(i = 0; i < 3; i++)
		copier[i] = copyproc(i);
	status = waitcmd(wait);
	waitcopiers();
	exits(status);
}
