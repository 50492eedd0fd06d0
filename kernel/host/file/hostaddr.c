/*
 * Addresses of connections: hostsock.h has their forms. Names of hosts and services are those of
 * the host's files; nobody is asked over a network.
 */
#include "host/linux.h"

#include "host/file/hostaddr.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	/* words of a line of /etc/hosts or /etc/services that are looked at */
	Maxword = 32,
	Maxport = 65535,
	/* of a host's name: hosts(5) */
	Namemax = 256,
};

/* What to look for in /etc/hosts, and what was found. */
typedef struct Hostquery Hostquery;
struct Hostquery
{
	const char *name;
	Hostaddr *a;
};

/* The same for /etc/services. */
typedef struct Servicequery Servicequery;
struct Servicequery
{
	const char *name;
	int port;
};

/* Are these the same name of a host? Case does not matter. */
static int
samename(const char *s, const char *name)
{
	int a, b;

	do {
		a = (uchar)*s++;
		b = (uchar)*name++;
		if(a >= 'A' && a <= 'Z')
			a += 'a' - 'A';
		if(b >= 'A' && b <= 'Z')
			b += 'a' - 'A';
		if(a != b)
			return 0;
	} while(a != 0);
	return 1;
}

/* Split a line of a host's table into words, without its comment. */
static int
words(char *line, char **w)
{
	char *p;

	p = strchr(line, '#');
	if(p != nil)
		*p = 0;
	return getfields(line, w, Maxword, 1, " \t\r");
}

static void
addip(Hostaddr *a, const char *text)
{
	if(a->nip < Maxip && parseip(text, &a->ip[a->nip]))
		a->nip++;
}

/* "address name alias ..." */
static int
hostsline(char *line, void *arg)
{
	Hostquery *q = arg;
	char *w[Maxword];
	int i, n;

	n = words(line, w);
	for(i = 1; i < n; i++)
		if(samename(w[i], q->name)) {
			addip(q->a, w[0]);
			break;
		}
	return q->a->nip < Maxip;
}

/* "name port/proto alias ..." */
static int
servicesline(char *line, void *arg)
{
	Servicequery *q = arg;
	char *w[Maxword], *end;
	uvlong port;
	int i, n;

	n = words(line, w);
	if(n < 2)
		return 1;
	port = strtoull(w[1], &end, 10);
	if(strcmp(end, "/tcp") != 0 || port == 0 || port > Maxport)
		return 1;
	for(i = 0; i < n; i++)
		if(i != 1 && strcmp(w[i], q->name) == 0) {
			q->port = (int)port;
			return 0;
		}
	return 1;
}

static u16int
parseport(const char *s, int listening)
{
	Servicequery q = {s, -1};
	uvlong v;
	char *end;

	if(*s == 0)
		error("no port in the address");
	v = strtoull(s, &end, 10);
	if(*s >= '0' && *s <= '9' && *end == 0) {
		/* the host chooses a port to listen at, if it is 0 */
		if(v <= Maxport && (v > 0 || listening))
			return (u16int)v;
		errorf("not a port: '%.40s'", s);
	}
	eachline("/etc/services", servicesline, &q);
	/* Plan 9's name for the port of 9P */
	if(q.port < 0 && strcmp(s, "9fs") == 0)
		q.port = 564;
	if(q.port < 0)
		errorf("no port '%.40s' in /etc/services", s);
	return (u16int)q.port;
}

static void
parsehost(const char *s, int listening, Hostaddr *a)
{
	Hostquery q = {s, a};

	if(*s == 0)
		error("no host in the address");
	if(strcmp(s, "*") == 0) {
		if(!listening)
			error("* is no host to connect to");
		/* a socket of the first takes connections of both */
		addip(a, "::");
		addip(a, "0.0.0.0");
		return;
	}
	addip(a, s);
	if(a->nip == 0 && samename(s, "localhost")) {
		addip(a, "127.0.0.1");
		addip(a, "::1");
	}
	if(a->nip == 0)
		eachline("/etc/hosts", hostsline, &q);
	if(a->nip == 0)
		errorf("unknown host '%.40s': run9 knows numeric addresses "
		       "and the names of /etc/hosts",
		    s);
}

/* s is HOST!PORT */
static void
parsetcp(const char *s, int listening, Hostaddr *a)
{
	char host[Namemax];
	const char *port;

	a->kind = Addrtcp;
	port = strchr(s, '!');
	if(port == nil)
		error("no port in the address: tcp!HOST!PORT");
	if((usize)(port - s) >= sizeof host)
		error("name of a host too long");
	utfecpy(host, host + (port - s) + 1, s);
	a->port = parseport(port + 1, listening);
	parsehost(host, listening, a);
}

static void
parseunix(const char *s, Hostaddr *a)
{
	a->kind = Addrunix;
	a->text = s;
	if(*s == 0)
		error("no path in the address");
	if(strlen(s) >= Unixpathmax)
		errorf(
		    "path of a socket longer than %d bytes", Unixpathmax - 1);
}

static void
parsefd(const char *s, Hostaddr *a)
{
	uvlong v;
	char *end;

	a->kind = Addrfd;
	v = strtoull(s, &end, 10);
	if(*s < '0' || *s > '9' || *end != 0 || v > 0x7fffffff)
		errorf("not a descriptor: '%.40s'", s);
	a->fd = (int)v;
}

static void
parseexec(const char *s, int listening, Hostaddr *a)
{
	a->kind = Addrexec;
	a->text = s;
	if(listening)
		error("nobody can listen at exec!");
	while(*s == ' ')
		s++;
	if(*s == 0)
		error("no command in the address");
}

/* The rest of s, which begins with kind; nil if it does not. */
static const char *
after(const char *s, const char *kind)
{
	usize n;

	n = strlen(kind);
	return strncmp(s, kind, n) == 0 ? s + n : nil;
}

void
parseaddr(const char *s, int listening, Hostaddr *a)
{
	const char *p;

	memset(a, 0, sizeof *a);
	if((p = after(s, "unix!")) != nil)
		parseunix(p, a);
	else if((p = after(s, "tcp!")) != nil)
		parsetcp(p, listening, a);
	else if((p = after(s, "fd!")) != nil)
		parsefd(p, a);
	else if((p = after(s, "exec!")) != nil)
		parseexec(p, listening, a);
	else if(strchr(s, '/') != nil)
		parseunix(s, a);
	else
		error("not an address: it is none of unix!PATH, "
		      "tcp!HOST!PORT, fd!N, exec!COMMAND");
}
