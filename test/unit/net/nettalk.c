/*
 * Conversations of #I: nettalk.h.
 */
#include <dirent.h>
#include "net/nettalk.h"

static int fds0;

int
hostfds(void)
{
	DIR *d;
	int n;

	d = opendir("/proc/self/fd");
	for(n = 0; readdir(d) != NULL; n++)
		;
	closedir(d);
	return n;
}

/* What conversations have for ever is made. */
static void
warmtalks(void)
{
	enum
	{
		Most = 16,
	};
	static const char *const protos[] = {"tcp", "udp"};
	Talk t[Most];
	usize i, j;

	for(i = 0; i < nelem(protos); i++) {
		for(j = 0; j < Most; j++)
			newtalk(&t[j], protos[i]);
		for(j = 0; j < Most; j++)
			endtalk(&t[j]);
	}
}

int
setup(void **state)
{
	USED(state);
	devgroups();
	warmtalks();
	countblocks();
	fds0 = hostfds();
	return 0;
}

int
teardown(void **state)
{
	USED(state);
	if(hostfds() != fds0) {
		print_error("descriptors left: %d\n", hostfds() - fds0);
		return -1;
	}
	return sameblocks() ? 0 : -1;
}

/* t is the conversation that an open of the file name makes, clone or listen: -1 if it errs. */
static int
opentalk(Talk *t, const char *name, const char *proto)
{
	char num[16];
	long n;

	memset(t, 0, sizeof *t);
	t->ctl = xopen(name, ORDWR);
	if(t->ctl == nil)
		return -1;
	n = xread(t->ctl, num, sizeof num - 1, 0);
	assert_true(n > 0);
	num[n] = 0;
	snprint(t->dir, sizeof t->dir, "#I/%s/%s", proto, num);
	return 0;
}

void
newtalk(Talk *t, const char *proto)
{
	char name[64];

	snprint(name, sizeof name, "#I/%s/clone", proto);
	if(opentalk(t, name, proto) < 0)
		fail_msg("%s: %s", name, up->errstr);
}

int
tell(Talk *t, const char *msg)
{
	return xwrite(t->ctl, msg, strlen(msg), 0) < 0 ? -1 : 0;
}

char *
talkfile(Talk *t, const char *name)
{
	static _Thread_local char text[1024];
	char file[64];

	snprint(file, sizeof file, "%s/%s", t->dir, name);
	if(xslurp(file, text, sizeof text) < 0)
		fail_msg("%s: %s", file, up->errstr);
	return text;
}

int
talkport(Talk *t)
{
	return atoi(strchr(talkfile(t, "local"), '!') + 1);
}

void
announced(Talk *t, const char *proto)
{
	newtalk(t, proto);
	if(tell(t, "announce 127.0.0.1!0") < 0)
		fail_msg("announce: %s", up->errstr);
}

void
opendata(Talk *t)
{
	char name[64];

	snprint(name, sizeof name, "%s/data", t->dir);
	t->data = xopen(name, ORDWR);
	assert_non_null(t->data);
}

void
calls(Talk *t, const char *proto, int port)
{
	char msg[64];

	newtalk(t, proto);
	snprint(msg, sizeof msg, "connect 127.0.0.1!%d", port);
	if(tell(t, msg) < 0)
		fail_msg("%s: %s", msg, up->errstr);
	opendata(t);
}

int
takes(Talk *t, Talk *listener, const char *proto)
{
	char name[64];

	snprint(name, sizeof name, "%s/listen", listener->dir);
	if(opentalk(t, name, proto) < 0)
		return -1;
	opendata(t);
	return 0;
}

void
endtalk(Talk *t)
{
	if(t->data != nil)
		cclose(t->data);
	if(t->ctl != nil)
		cclose(t->ctl);
	memset(t, 0, sizeof *t);
}
