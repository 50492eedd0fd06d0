/*
 * Listening: hostsock.h. The files of Unix sockets that are made here are known until they are
 * removed.
 */
#include "host/linux.h"

#include <asm/stat.h>
#include <linux/fcntl.h>

#include "host/file/hostsocks.h"
#include "host/hostfile.h"
#include "host/hostsock.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	/* connections that wait for hostaccept: listen(2) */
	Backlog = 128,
	/* Unix sockets that the instance listens at */
	Maxbound = 32,
	/* of a Unix socket's file: its user may connect */
	Sockperm = 0600,
};

/* A Unix socket's file that this instance made. */
typedef struct Bound Bound;
struct Bound
{
	/* atomic */
	u32int used;
	/* atomic: the socket, once dev, ino and path are set; 0 before */
	int fd;
	uvlong dev;
	uvlong ino;
	char path[Unixpathmax];
};

static Bound bound[Maxbound];

/* Is there a socket's file at path? */
static int
sockfile(const char *path, struct stat *st)
{
	return hostcall(__NR_newfstatat, AT_FDCWD, path, st,
		   AT_SYMLINK_NOFOLLOW) == 0 &&
	    (st->st_mode & IFMT) == IFSOCK;
}

static Bound *
newbound(void)
{
	int i;

	for(i = 0; i < Maxbound; i++)
		if(cas(&bound[i].used, 0, 1))
			return &bound[i];
	error("the instance listens at too many sockets");
}

static void
freebound(Bound *b)
{
	astore(&b->fd, 0);
	astore(&b->used, 0);
}

/* fd made the file at path. */
static void
setbound(Bound *b, int fd, const char *path)
{
	struct stat st;

	if(!sockfile(path, &st))
		/* somebody has removed it */
		return;
	b->dev = st.st_dev;
	b->ino = st.st_ino;
	strecpy(b->path, b->path + sizeof b->path, path);
	astore(&b->fd, fd);
}

/* Remove b's file, if its name is still its own. */
static void
removebound(Bound *b)
{
	struct stat st;

	if(sockfile(b->path, &st) && st.st_dev == b->dev && st.st_ino == b->ino)
		hostcall(__NR_unlink, b->path);
}

void
socketsremove(void)
{
	int i;

	for(i = 0; i < Maxbound; i++)
		if(aload(&bound[i].fd) != 0)
			removebound(&bound[i]);
}

void
hostunlisten(int fd)
{
	int i;

	for(i = 0; i < Maxbound; i++)
		if(aload(&bound[i].fd) == fd) {
			removebound(&bound[i]);
			freebound(&bound[i]);
		}
	hostclose(fd);
}

/*
 * Remove the socket's file at path if nobody has the socket. Returns 1 if it did. A connection of
 * another type is asked for: the host refuses it, in one way if there is a socket and in another
 * if there is none, and a socket that listens does not see it.
 */
static int
removestale(const char *path)
{
	uchar sa[Unixaddrmax];
	struct stat st;
	long fd, r;
	int n;

	if(!sockfile(path, &st))
		return 0;
	fd = hostcall(__NR_socket, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if(fd < 0)
		return 0;
	n = unixaddr(path, sa);
	r = hostcall(__NR_connect, fd, sa, n);
	hostclose(fd);
	return r == -ECONNREFUSED && hostcall(__NR_unlink, path) == 0;
}

static int
bindunix(Bound *b, const char *path)
{
	uchar sa[Unixaddrmax];
	long r;
	int fd, n;

	fd = hostmust(
	    hostcall(__NR_socket, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
	onerror(hostclose(fd));
	/* the file that bind makes has the socket's permissions: no moment is without them */
	hostmust(hostcall(__NR_fchmod, fd, Sockperm));
	n = unixaddr(path, sa);
	r = hostcall(__NR_bind, fd, sa, n);
	if(r == -EADDRINUSE && removestale(path))
		r = hostcall(__NR_bind, fd, sa, n);
	hostmust(r);
	setbound(b, fd, path);
	hostmust(hostcall(__NR_listen, fd, Backlog));
	poperror();
	return fd;
}

static int
listenunix(const char *path)
{
	Bound *b;
	int fd;

	b = newbound();
	onerror(freebound(b));
	fd = bindunix(b, path);
	poperror();
	return fd;
}

/* Returns the socket, or -errno. */
static long
listenip(const Hostip *ip, u16int port)
{
	uchar sa[Ipaddrmax];
	long fd, r;
	int n;

	fd = hostcall(__NR_socket, ip->len == Ip4len ? AF_INET : AF_INET6,
	    SOCK_STREAM | SOCK_CLOEXEC, 0);
	if(fd < 0)
		return fd;
	sockoption(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if(ip->len == Ip6len)
		sockoption(fd, IPPROTO_IPV6, IPV6_V6ONLY, 0);
	n = ipaddr(ip, port, sa);
	r = hostcall(__NR_bind, fd, sa, n);
	if(r == 0)
		r = hostcall(__NR_listen, fd, Backlog);
	if(r == 0)
		return fd;
	hostclose(fd);
	return r;
}

/* At the first address that the host has. */
static int
listentcp(const Hostaddr *a)
{
	long fd;
	int i;

	fd = -EDESTADDRREQ;
	for(i = 0; i < a->nip; i++) {
		fd = listenip(&a->ip[i], a->port);
		if(fd != -EAFNOSUPPORT && fd != -EADDRNOTAVAIL)
			break;
	}
	return hostmust(fd);
}

static int
listenfd(int fd)
{
	if(!hostinherited(fd))
		error("run9 was not started with that descriptor");
	if(getsockoption(fd, SOL_SOCKET, SO_ACCEPTCONN) <= 0)
		error("no socket that listens");
	return ownfd(fd);
}

int
hostlisten(const char *addr)
{
	Hostaddr a;

	parseaddr(addr, 1, &a);
	if(a.kind == Addrunix)
		return listenunix(a.text);
	if(a.kind == Addrtcp)
		return listentcp(&a);
	return listenfd(a.fd);
}

int
hostaccept(int fd)
{
	long r;

	do {
		r = blockcall(__NR_accept4, fd, 0, 0, SOCK_CLOEXEC);
		/* an inherited socket may not block */
		if(r == -EAGAIN && (r = waitready(fd, 1)) == 0)
			r = -EAGAIN;
		/* the peer has given up */
	} while(r == -EAGAIN || r == -ECONNABORTED);
	hostmust(r);
	sockoption(r, IPPROTO_TCP, TCP_NODELAY, 1);
	return r;
}
