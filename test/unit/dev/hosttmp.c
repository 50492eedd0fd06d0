/*
 * A directory of the host for tests of #Z: hosttmp.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include "dev/hosttmp.h"

char *mkdtemp(char *);
int system(const char *);

char tmpdir[64];

int
tmpsetup(void **state)
{
	USED(state);
	/* as run9 has it: main.c */
	umask(0);
	strecpy(tmpdir, tmpdir + sizeof tmpdir, "/tmp/run9unit.XXXXXX");
	if(mkdtemp(tmpdir) == nil)
		return -1;
	return chmod(tmpdir, 0777);
}

int
tmpteardown(void **state)
{
	char cmd[128];

	USED(state);
	snprint(
	    cmd, sizeof cmd, "chmod -R u+rwx %s; rm -rf %s", tmpdir, tmpdir);
	return system(cmd);
}

int
setup(void **state)
{
	USED(state);
	devgroups();
	countblocks();
	return 0;
}

int
teardown(void **state)
{
	USED(state);
	return sameblocks() ? 0 : -1;
}

char *
host(const char *name)
{
	static char buf[4][512];
	static int k;
	char *s;

	s = buf[k++ % 4];
	snprint(s, sizeof buf[0], "%s/%s", tmpdir, name);
	return s;
}

char *
z(const char *name)
{
	static char buf[4][512];
	static int k;
	char *s;

	s = buf[k++ % 4];
	/* "#Z" and the path: the spec ends at the first slash, and is empty */
	snprint(s, sizeof buf[0], "#Z%s/%s", tmpdir, name);
	return s;
}

void
put(const char *name, const char *text)
{
	Chan *c;

	c = xcreate(z(name), OWRITE, 0666);
	if(c == nil)
		fail_msg("%s: %s", name, up->errstr);
	assert_int_equal(xwrite(c, text, strlen(text), 0), strlen(text));
	cclose(c);
}

void
holds(const char *name, const char *text)
{
	char buf[256];

	if(xslurp(z(name), buf, sizeof buf) < 0)
		fail_msg("%s: %s", name, up->errstr);
	assert_string_equal(buf, text);
}

void
mkdir9(const char *name)
{
	Chan *c;

	c = xcreate(z(name), OREAD, DMDIR | 0777);
	assert_non_null(c);
	cclose(c);
}
