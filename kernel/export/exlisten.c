/*
 * Exports at addresses of the host: hostsock.h has their forms.
 */
#include "export/exportdat.h"

#include "dev/dev.h"
#include "host/hostfile.h"
#include "host/hostsock.h"

enum
{
	/* after an accept that failed, for want of descriptors perhaps */
	ACCEPTMS = 100,
};

typedef struct Exlisten Exlisten;
struct Exlisten
{
	Export *e;
	int fd;
};

/* of a connection's Chan */
static const char name[] = "export";

/* Tell the client at c why it is not served. There is room for that in a new connection. */
static void
refusechan(Chan *c, const char *why)
{
	uchar m[MSGHDR + BIT16SZ + ERRMAX];
	u32int n;

	if(waserror())
		return;
	n = strlen(why);
	PBIT32(m, MSGHDR + BIT16SZ + n);
	m[BIT32SZ] = Rerror;
	PBIT16(m + BIT32SZ + BIT8SZ, NOTAG);
	PBIT16(m + MSGHDR, n);
	memmove(m + MSGHDR + BIT16SZ, why, n);
	devtab[c->type]->write(c, m, MSGHDR + BIT16SZ + n, 0);
	poperror();
}

/* Serve the connection c, which is the export's from here on. Errors. */
static void
servechan(Export *e, Chan *c)
{
	char why[ERRMAX];

	if(waserror()) {
		strecpy(why, why + sizeof why, up->errstr);
		refusechan(c, why);
		dropnotes();
		cclose(c);
		error(why);
	}
	if(c->mode != ORDWR)
		error("not open for reading and writing");
	exportserve(e, c);
	poperror();
}

static void
acceptpause(void)
{
	if(waserror())
		return;
	tsleep(&up->sleeprend, return0, nil, ACCEPTMS);
	poperror();
}

static void
exlistener(void *a)
{
	Exlisten *l = a;

	for(;;) {
		if(waserror()) {
			acceptpause();
			continue;
		}
		servechan(l->e, connchan(hostaccept(l->fd), name));
		poperror();
	}
}

/* Is addr one that only users of this host reach? */
static int
islocal(const char *addr)
{
	return strncmp(addr, "tcp!", 4) != 0 ||
	    strncmp(addr, "tcp!127.", 8) == 0 ||
	    strncmp(addr, "tcp!::1!", 8) == 0;
}

/* Say what the user should know of where fd listens; wanted is what was asked for. */
static void
sayaddr(const char *wanted, int fd)
{
	char addr[ERRMAX];
	const char *port;

	hostsockname(fd, addr, sizeof addr);
	port = strrchr(wanted, '!');
	if(strncmp(wanted, "tcp!", 4) == 0 && strcmp(port, "!0") == 0)
		kprint("run9: export: %s\n", addr);
	if(!islocal(addr))
		kprint(
		    "run9: export: %s: whoever reaches this address has the rights of %s\n",
		    addr, up->user);
}

/* Serve whoever connects to fd, which listens at addr and is the export's from here on. Errors. */
static void
servelistener(Export *e, const char *addr, int fd)
{
	Exlisten *l;

	onerror(hostunlisten(fd));
	l = smalloc(sizeof *l);
	onerror(free(l));
	l->e = e;
	l->fd = fd;
	sayaddr(addr, fd);
	incref(&e->r);
	onerror(exportput(e));
	nskproc("exportlisten", exlistener, l);
	poperror();
	poperror();
	poperror();
}

/* Listen at addr. Returns -1 if addr is a descriptor that does not listen. Errors. */
static int
trylisten(const char *addr)
{
	int fd;

	if(waserror()) {
		if(strncmp(addr, "fd!", 3) != 0)
			nexterror();
		return -1;
	}
	fd = hostlisten(addr);
	poperror();
	return fd;
}

int
exportat(Export *e, const char *addr)
{
	int fd;

	fd = trylisten(addr);
	if(fd < 0) {
		servechan(e, dialchan(addr, name));
		return 0;
	}
	servelistener(e, addr, fd);
	return 1;
}
