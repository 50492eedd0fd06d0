/*
 * Commands of the host: cmd(3).
 */
#include "hostcmd.h"

char cmdbuf[CMDBUF];

Cmd
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

int
cmdctl(Cmd *c, char *msg)
{
	return write(c->ctl, msg, strlen(msg)) == (s32int)strlen(msg) ? 0 : -1;
}

char *
cmdfile(Cmd *c, char *name)
{
	static char path[64];

	snprint(path, sizeof path, "%s/%s", c->dir, name);
	return path;
}

int
cmdopen(Cmd *c, char *name, int mode)
{
	char err[ERRMAX];
	int fd;

	/* the note of a poker may come here */
	while((fd = open(cmdfile(c, name), mode)) < 0) {
		rerrstr(err, sizeof err);
		if(strcmp(err, "interrupted") != 0)
			break;
	}
	if(fd < 0)
		fail("open %s: %r", cmdfile(c, name));
	return fd;
}

/* All that fd gives, up to its end. */
char *
cmdread(int fd)
{
	s32int n, m;

	for(n = 0; n < (s32int)sizeof cmdbuf - 1; n += m) {
		m = read(fd, cmdbuf + n, sizeof cmdbuf - 1 - n);
		check(m >= 0);
		if(m == 0)
			break;
	}
	cmdbuf[n] = 0;
	close(fd);
	return cmdbuf;
}

/* What a command that starts with msg writes. */
char *
cmdoutput(char *msg)
{
	Cmd c = newcmd();

	check(cmdctl(&c, msg) == 0);
	return cmdread(cmdopen(&c, "data", OREAD));
}

/* The same with the text whole: it may have blanks. */
char *
cmdstatus(Cmd *c)
{
	char *p;
	int i;

	cmdread(cmdopen(c, "wait", OREAD));
	p = cmdbuf;
	for(i = 0; i < 4; i++) {
		p = strchr(p, ' ');
		if(p == nil)
			fail("wait says '%s'", cmdbuf);
		p++;
	}
	return p;
}
