/*
 * Both ends of a connection: netends.h
 */
#include "netends.h"

char *
inname(char *dir, char *file)
{
	static char name[64];

	snprint(name, sizeof name, "%s/%s", dir, file);
	return name;
}

static void
nettext(char *dir, char *file, char *text, int n)
{
	check(readfile(inname(dir, file), text, n) >= 0);
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

char *
addrof(Ends *e, char *host, char addr[ADDRLEN])
{
	snprint(addr, ADDRLEN, "%s!%d", host, portof(e->adir, "local"));
	return addr;
}

void
dialing(Ends *e, char *host)
{
	char addr[ADDRLEN];

	e->c = dial(addrof(e, host, addr), nil, e->cdir, &e->cctl);
	check(e->c >= 0);
}

void
calling(Ends *e, char *ip)
{
	char host[ADDRLEN];

	snprint(host, sizeof host, "tcp!%s", ip);
	dialing(e, host);
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

int
openin(char *dir, char *file)
{
	int fd;

	fd = open(inname(dir, file), ORDWR);
	check(fd >= 0);
	return fd;
}

int
clone(char *proto, char *dir)
{
	char name[64], num[16];
	int fd, n;

	snprint(name, sizeof name, "/net/%s", proto);
	fd = openin(name, "clone");
	n = read(fd, num, sizeof num - 1);
	check(n > 0);
	num[n] = 0;
	snprint(dir, NETDIRLEN, "/net/%s/%s", proto, num);
	return fd;
}

void
hanguplater(void *fd)
{
	sleep(30);
	check(hangup(*(int *)fd) == 0);
}

void
interrupt(void (*f)(void *), void *arg)
{
	int pid;

	check(notify(ignore) == 0);
	pid = spawn(0, f, arg);
	pokeuntilgone(pid);
	childok(pid);
}

static void
interruptedread(void *arg)
{
	Ends *e = arg;
	char buf[16];

	checkexact(read(e->c, buf, sizeof buf), "interrupted");
}

static void
interruptedlisten(void *arg)
{
	Ends *e = arg;
	char dir[NETDIRLEN];

	checkexact(listen(e->adir, dir), "interrupted");
}

void
interruptboth(Ends *e)
{
	interrupt(interruptedread, e);
	interrupt(interruptedlisten, e);
}
