/*
 * cmd(3): commands of the host. run9 --cmd runs this.
 */
#include "test.h"

static char buf[8192];

/* A connection: its ctl file, and its directory. */
typedef struct Cmd Cmd;
struct Cmd
{
	int ctl;
	char dir[32];
};

static Cmd
newcmd(void)
{
	char num[16];
	Cmd c;
	s32int n;

	c.ctl = open("/cmd/clone", ORDWR);
	check(c.ctl >= 0);
	n = read(c.ctl, num, sizeof num - 1);
	check(n > 0);
	num[n] = 0;
	snprint(c.dir, sizeof c.dir, "/cmd/%s", num);
	return c;
}

static int
ctl(Cmd *c, char *msg)
{
	return write(c->ctl, msg, strlen(msg)) == (s32int)strlen(msg) ? 0 : -1;
}

static char *
file(Cmd *c, char *name)
{
	static char path[64];

	snprint(path, sizeof path, "%s/%s", c->dir, name);
	return path;
}

static int
openfile(Cmd *c, char *name, int mode)
{
	int fd;

	fd = open(file(c, name), mode);
	if(fd < 0)
		fail("open %s: %r", file(c, name));
	return fd;
}

/* All that fd gives, up to its end. */
static char *
readall(int fd)
{
	s32int n, m;

	for(n = 0; n < (s32int)sizeof buf - 1; n += m) {
		m = read(fd, buf + n, sizeof buf - 1 - n);
		check(m >= 0);
		if(m == 0)
			break;
	}
	buf[n] = 0;
	close(fd);
	return buf;
}

/* What a command that starts with msg writes. */
static char *
output(char *msg)
{
	Cmd c = newcmd();

	check(ctl(&c, msg) == 0);
	return readall(openfile(&c, "data", OREAD));
}

static void
execrunsacommand(void)
{
	checkstr(output("exec echo hello"), "hello\n");
}

void
main(int argc, char *argv[])
{
	static Case cases[] = {
	    CASE(execrunsacommand),
	};

	runcases(cases, nelem(cases), argc, argv);
}
