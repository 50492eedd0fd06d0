/*
 * Network connections: dial(2). Addresses are translated by /net/cs; where it does not answer,
 * only net!numeric-address!port, and * for the address, are understood.
 */
#include "lib.h"
#include "dial.h"

/* An address translated: the clone file, and what to write to its ctl file. */
typedef struct Netcall Netcall;
struct Netcall
{
	char clone[64];
	char addr[192];
};

/* clone becomes the name of the ctl file's directory, in dir of n bytes. */
static int
linedir(int ctl, char *clone, char *dir, int n)
{
	char num[16], *slash;
	int m;

	m = pread(ctl, num, sizeof num - 1, 0);
	if(m <= 0)
		return -1;
	num[m] = 0;
	slash = strrchr(clone, '/');
	if(slash - clone + strlen(num) + 2 > (usize)n)
		return -1;
	memmove(dir, clone, (usize)(slash - clone));
	strcpy(dir + (slash - clone), "/");
	strcpy(dir + (slash - clone) + 1, num);
	return 0;
}

/* Write msg, and the address, to a new connection. Returns the open ctl file. */
static int
call(Netcall *c, char *msg, char *local, char *dir, int n)
{
	char buf[256];
	int ctl;

	ctl = open(c->clone, ORDWR);
	if(ctl < 0)
		return -1;
	if(local != nil)
		snprint(buf, sizeof buf, "%s %s %s", msg, c->addr, local);
	else
		snprint(buf, sizeof buf, "%s %s", msg, c->addr);
	if(linedir(ctl, c->clone, dir, n) < 0 ||
	    write(ctl, buf, (s32int)strlen(buf)) < 0) {
		close(ctl);
		return -1;
	}
	return ctl;
}

/* net!host!port without /net/cs. */
static int
plainaddr(char *addr, Netcall *c)
{
	char *host, net[32];

	host = strchr(addr, '!');
	if(host == nil || (usize)(host - addr) >= sizeof net) {
		werrstr("bad network address");
		return -1;
	}
	memmove(net, addr, (usize)(host - addr));
	net[host - addr] = 0;
	snprint(c->clone, sizeof c->clone, "/net/%s/clone",
	    strcmp(net, "net") == 0 ? "tcp" : net);
	snprint(c->addr, sizeof c->addr, "%s", host + 1);
	return 0;
}

/* The next of cs's answers: "clone address". Returns 0 when there is no other. */
static int
nextanswer(int cs, Netcall *c)
{
	char line[256], *f[2];
	int n;

	n = read(cs, line, sizeof line - 1);
	if(n <= 0)
		return 0;
	line[n] = 0;
	if(tokenize(line, f, 2, " ") != 2)
		return 0;
	snprint(c->clone, sizeof c->clone, "%s", f[0]);
	snprint(c->addr, sizeof c->addr, "%s", f[1]);
	return 1;
}

/* The file cs with the question in it, or -1. */
static int
askcs(char *addr)
{
	int cs;

	cs = open("/net/cs", ORDWR);
	if(cs < 0)
		return -1;
	if(write(cs, addr, (s32int)strlen(addr)) < 0) {
		close(cs);
		return -1;
	}
	seek(cs, 0, 0);
	return cs;
}

static int
tryall(char *addr, char *msg, char *local, char *dir, int n)
{
	Netcall c;
	int cs, ctl;

	cs = askcs(addr);
	if(cs < 0)
		return plainaddr(addr, &c) < 0 ? -1
					       : call(&c, msg, local, dir, n);
	ctl = -1;
	while(ctl < 0 && nextanswer(cs, &c))
		ctl = call(&c, msg, local, dir, n);
	close(cs);
	return ctl;
}

/* The data file of a connection. */
static int
opendata(char *dir)
{
	char name[NETDIRLEN + 8];

	snprint(name, sizeof name, "%s/data", dir);
	return open(name, ORDWR);
}

int
dial(char *addr, char *local, char *dir, int *cfd)
{
	char buf[NETDIRLEN];
	int ctl, data;

	ctl = tryall(addr, "connect", local, buf, sizeof buf);
	if(ctl < 0)
		return -1;
	data = opendata(buf);
	if(data < 0 || cfd == nil)
		close(ctl);
	else
		*cfd = ctl;
	if(dir != nil)
		strcpy(dir, buf);
	return data;
}

int
announce(char *addr, char *dir)
{
	return tryall(addr, "announce", nil, dir, NETDIRLEN);
}

int
listen(char *dir, char *newdir)
{
	char name[NETDIRLEN + 8];
	int ctl;

	snprint(name, sizeof name, "%s/listen", dir);
	ctl = open(name, ORDWR);
	if(ctl < 0)
		return -1;
	if(linedir(ctl, dir, newdir, NETDIRLEN) < 0) {
		close(ctl);
		return -1;
	}
	return ctl;
}

/* A network need not know the message. */
int
accept(int ctl, char *dir)
{
	char buf[NETDIRLEN + 8];

	snprint(buf, sizeof buf, "accept %s", strrchr(dir, '/') + 1);
	write(ctl, buf, (s32int)strlen(buf));
	return opendata(dir);
}

int
reject(int ctl, char *dir, char *cause)
{
	char buf[256];

	snprint(buf, sizeof buf, "reject %s %s", strrchr(dir, '/') + 1, cause);
	return write(ctl, buf, (s32int)strlen(buf)) < 0 ? -1 : 0;
}

int
hangup(int ctl)
{
	return write(ctl, "hangup", 6) != 6;
}
