/*
 * Both ends of a connection: netends.h
 */
#include "netends.h"

static void
nettext(char *dir, char *file, char *text, int n)
{
	char name[64];

	snprint(name, sizeof name, "%s/%s", dir, file);
	check(readfile(name, text, n) >= 0);
}

int
portof(char *dir, char *file)
{
	char text[128];

	nettext(dir, file, text, sizeof text);
	return atoi(strchr(text, '!') + 1);
}

void
filehas(char *dir, char *file, char *want)
{
	char text[1024];

	nettext(dir, file, text, sizeof text);
	checkstr(text, want);
}

void
filebegins(char *dir, char *file, char *want)
{
	char text[1024];

	nettext(dir, file, text, sizeof text);
	if(strncmp(text, want, strlen(want)) != 0)
		fail("%s is '%s', not '%s...'", file, text, want);
}

int
ctlmsg(char *dir, char *msg)
{
	char name[64];

	snprint(name, sizeof name, "%s/ctl", dir);
	return writeto(name, msg);
}

void
listening(Ends *e, char *addr)
{
	memset(e, -1, sizeof *e);
	e->actl = announce(addr, e->adir);
	check(e->actl >= 0);
}

void
calling(Ends *e, char *ip)
{
	char addr[64];

	snprint(addr, sizeof addr, "tcp!%s!%d", ip, portof(e->adir, "local"));
	e->c = dial(addr, nil, e->cdir, &e->cctl);
	check(e->c >= 0);
	e->sctl = listen(e->adir, e->sdir);
	check(e->sctl >= 0);
	e->s = accept(e->sctl, e->sdir);
	check(e->s >= 0);
}

void
connected(Ends *e)
{
	listening(e, "tcp!127.0.0.1!0");
	calling(e, "127.0.0.1");
}

void
closeends(Ends *e)
{
	close(e->c);
	close(e->cctl);
	close(e->s);
	close(e->sctl);
	close(e->actl);
}
