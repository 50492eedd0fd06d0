/*
 * #/: the texts of files that Plan 9 programs expect and a host does not have. They are made
 * when they are opened, of what the host has.
 */
#include "dev/rootfile.h"
#include "host/host.h"
#include "host/hostfile.h"
#include "lib/lib.h"
#include "proc/proc.h"
#include "services.h"

enum
{
	/* of a host file that is read whole */
	MaxText = 16 * MiB,
	Piece = 64 * KiB,
	/* of a line of /etc/services */
	MaxAlias = 16,
};

struct Text
{
	/* malloc'ed, ends with NUL */
	char *s;
	usize n;
	usize max;
};

static void
freetext(Text *t)
{
	free(t->s);
	free(t);
}

/* Room for n bytes more and a NUL. */
static void
textroom(Text *t, usize n)
{
	char *p;

	if(t->n + n < t->max)
		return;
	p = realloc(t->s, 2 * t->max + n + KiB);
	if(p == nil)
		error(Enomem);
	t->max = 2 * t->max + n + KiB;
	t->s = p;
	t->s[t->n] = 0;
}

static void
addstr(Text *t, const char *s)
{
	usize n;

	n = strlen(s);
	textroom(t, n);
	memmove(t->s + t->n, s, n + 1);
	t->n += n;
}

char *
maketext(void (*maker)(Text *))
{
	Text *t;
	char *s;

	t = smalloc(sizeof *t);
	onerror(freetext(t));
	textroom(t, 0);
	maker(t);
	poperror();
	s = t->s;
	free(t);
	return s;
}

/* Add all of a host file. */
static void
addrootfile(Text *t, const char *path)
{
	vlong n;
	int fd;

	fd = hostopen(path, OREAD);
	onerror(hostclose(fd));
	do {
		textroom(t, Piece);
		n = hostread(fd, t->s + t->n, Piece, -1);
		t->n += n;
		t->s[t->n] = 0;
		if(t->n > MaxText)
			error(Etoobig);
	} while(n > 0);
	poperror();
	hostclose(fd);
}

/* --- ndb(6) --- */

void
localtext(Text *t)
{
	addstr(t,
	    "database=\n"
	    "\tfile=/lib/ndb/local\n"
	    "\tfile=/lib/ndb/common\n"
	    "\n"
	    "ip=127.0.0.1 sys=localhost dom=localhost\n");
}

/* "name port/proto alias ..." */
static void
service(Text *t, char *line)
{
	char *f[2 + MaxAlias], *proto, *p, entry[128];
	int i, n;

	p = strchr(line, '#');
	if(p != nil)
		*p = 0;
	n = tokenize(line, f, nelem(f));
	if(n < 2 || (proto = strchr(f[1], '/')) == nil)
		return;
	*proto++ = 0;
	if(strcmp(proto, "tcp") != 0 && strcmp(proto, "udp") != 0)
		return;
	for(i = 0; i < n; i++) {
		if(i == 1)
			continue;
		snprint(
		    entry, sizeof entry, "%s=%s port=%s\n", proto, f[i], f[1]);
		addstr(t, entry);
	}
}

/* The services of /etc/services. */
static void
services(Text *t, char *text)
{
	char *nl;

	for(; text != nil; text = nl) {
		nl = strchr(text, '\n');
		if(nl != nil)
			*nl++ = 0;
		service(t, text);
	}
}

static void
hostservices(Text *t)
{
	addrootfile(t, "/etc/services");
}

/* Plan 9's own services, which a host does not know, and the host's. */
void
commontext(Text *t)
{
	char *host;

	addstr(t, PLAN9SERVICES);
	if(waserror())
		return;
	host = maketext(hostservices);
	poperror();
	onerror(free(host));
	services(t, host);
	poperror();
	free(host);
}

/* --- namespace(6) --- */

/* The default name space, in the order in which kernel/init/namespace.c makes it. */
void
namespacetext(Text *t)
{
	addstr(t,
	    "# the host's files\n"
	    "mount -ac #s/boot /\n"
	    "\n"
	    "bind #c /dev\n"
	    "bind -qa #\302\244 /dev\n"
	    "bind -a #\302\266 /dev\n"
	    "bind -a #P /dev\n"
	    "bind -qa #a /net\n"
	    "bind #d /fd\n"
	    "bind -c #e /env\n"
	    "bind #p /proc\n"
	    "bind -qa #I /net\n"
	    "bind -c #s /srv\n"
	    "bind -q #\317\203 /shr\n"
	    "bind -qa #C /\n"
	    "bind -q #C /mnt/term\n"
	    "\n"
	    "# what the host has goes before what #/ has there, but for programs\n"
	    "bind -ac #Z/bin /bin\n"
	    "bind -bc #Z/mnt /mnt\n"
	    "bind -bc #Z/lib /lib\n"
	    "bind -bc #Z/sys /sys\n"
	    "bind -qa #Z/srv /srv\n");
}

/* --- certificates --- */

/* Where the host has those of the authorities that it trusts: as distributions have it. */
static const char *const certs[] = {
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
};

static int
ishere(const char *path)
{
	Hoststat st;

	if(waserror())
		return 0;
	hoststat(path, &st);
	poperror();
	return st.isreg;
}

static const char *
certfile(void)
{
	u32int i;

	for(i = 0; i < nelem(certs); i++)
		if(ishere(certs[i]))
			return certs[i];
	return nil;
}

int
havecerts(void)
{
	return certfile() != nil;
}

void
certtext(Text *t)
{
	const char *path;

	path = certfile();
	if(path == nil)
		error(Enonexist);
	addrootfile(t, path);
}
