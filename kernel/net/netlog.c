/*
 * #I: the file log, ip(3). While it is open it tells what becomes of conversations: calls, announcements,
 * and ends with their reasons. Packets are the host's, so items that are about packets tell nothing.
 */
#include "net/netdat.h"
#include "sync/ring.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	Logsize = 16 * KiB,
	Logline = 256,
};

static const char *const items[] = {"ppp", "ip", "fs", "tcp", "il", "icmp",
    "udp", "compress", "ilmsg", "gre", "tcpwin", "tcprxmt", "udpmsg", "ipmsg",
    "esp"};

enum
{
	CMset,
	CMclear,
	CMonly,
};

static Cmdtab logmsgs[] = {
    {CMset, "set", 0},
    {CMclear, "clear", 0},
    {CMonly, "only", 2},
};

static struct
{
	/* guards what follows. Rank Rnetlog */
	Lock lk;
	/* atomic, set under lk */
	int opens;
	/* a bit for each of items */
	u32int set;
	/* no address, or that of the conversations that are told of */
	uchar only[Ipaddrlen];
} netlog = {.lk = LOCKRANK(Rnetlog)};

static char text[Logsize];
static Ring netlogtext = RING(text, Rnetlogtext, Rnetlogread);

/* What was told while nobody listened is not read. */
void
netlogopen(void)
{
	lock(&netlog.lk);
	if(netlog.opens == 0)
		ringskip(&netlogtext);
	storerelaxed(&netlog.opens, netlog.opens + 1);
	unlock(&netlog.lk);
}

void
netlogclose(void)
{
	lock(&netlog.lk);
	storerelaxed(&netlog.opens, netlog.opens - 1);
	unlock(&netlog.lk);
}

/* The item's bit; 0 if there is none of that name. */
static u32int
itembit(const char *name)
{
	uint i;

	for(i = 0; i < nelem(items); i++)
		if(strcmp(items[i], name) == 0)
			return 1U << i;
	return 0;
}

/* Is c to be told of? */
static int
islogged(const Conv *c)
{
	u32int bit;
	int logged;

	if(loadrelaxed(&netlog.opens) == 0)
		return 0;
	bit = itembit(c->p == &icmp6proto ? icmpproto.name : c->p->name);
	lock(&netlog.lk);
	logged = (netlog.set & bit) != 0 &&
	    (isnoaddr(netlog.only) ||
		memcmp(netlog.only, c->local.ip, Ipaddrlen) == 0 ||
		memcmp(netlog.only, c->remote.ip, Ipaddrlen) == 0);
	unlock(&netlog.lk);
	return logged;
}

void
netlogconv(const Conv *c, const char *what, const Netaddr *a, const char *why)
{
	char line[Logline], *p, *e;

	if(!islogged(c))
		return;
	p = line;
	e = line + sizeof line;
	p = seprint(p, e, "%s/%ud: %s", c->p->name, c->x, what);
	if(a != nil) {
		p = seprint(p, e, " ");
		p = fmtnetip(p, e, a->ip);
		p = seprint(p, e, "!%d", a->port);
	}
	if(why != nil && *why != 0)
		p = seprint(p, e, ": %s", why);
	p = seprint(p, e, "\n");
	ringadd(&netlogtext, line, (usize)(p - line));
}

long
netlogread(char *buf, long n)
{
	return ringread(&netlogtext, buf, n);
}

/* The bits of the items that a message names, behind its first word. Errors. */
static u32int
itembits(char **f, int nf)
{
	u32int bits, bit;
	int i;

	bits = 0;
	for(i = 1; i < nf; i++) {
		bit = itembit(f[i]);
		if(bit == 0)
			errorf("unknown item %s", f[i]);
		bits |= bit;
	}
	return bits;
}

static void
logmessage(int index, char **f, int nf)
{
	uchar ip[Ipaddrlen];
	u32int set, clear;

	set = clear = 0;
	if(index == CMset)
		set = itembits(f, nf);
	else if(index == CMclear)
		clear = itembits(f, nf);
	else if(strcmp(f[1], "0") == 0)
		memset(ip, 0, sizeof ip);
	else if(!parsenetip(f[1], ip))
		error("bad ip address syntax");
	lock(&netlog.lk);
	netlog.set = (netlog.set | set) & ~clear;
	if(index == CMonly)
		memmove(netlog.only, ip, sizeof ip);
	unlock(&netlog.lk);
}

void
netlogctl(const void *buf, long n)
{
	Cmdbuf *cb;

	cb = parsecmd(buf, n);
	onerror(free(cb));
	if(cb->nf < 2)
		error("too few arguments for netlog control message");
	logmessage(
	    lookupcmd(cb, logmsgs, nelem(logmsgs))->index, cb->f, cb->nf);
	poperror();
	free(cb);
}
