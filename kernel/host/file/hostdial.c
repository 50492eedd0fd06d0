/*
 * Connecting: hostsock.h.
 *
 * A TCP connection is begun without waiting, and then waited for: connect(2) must not be called
 * again after a signal, as blockcall would. Sockets are blocking once they are connected.
 */
#include "host/linux.h"

#include <asm/stat.h>
#include <linux/fcntl.h>
#include <linux/poll.h>

#include "host/file/hostsocks.h"
#include "host/hostfile.h"
#include "host/hostsock.h"
#include "lib/lib.h"
#include "proc/proc.h"

static int
dialunix(const char *path)
{
	uchar sa[Unixaddrmax];
	int fd, n;

	fd = hostmust(
	    hostcall(__NR_socket, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
	onerror(hostclose(fd));
	n = unixaddr(path, sa);
	hostmust(blockcall(__NR_connect, fd, sa, n));
	poperror();
	return fd;
}

/* Connect fd, which does not block. Returns 0 or -errno. */
static long
connectip(int fd, const Hostip *ip, u16int port)
{
	struct pollfd p = {.fd = fd, .events = POLLOUT};
	uchar sa[Ipaddrmax];
	long r;
	int n;

	n = ipaddr(ip, port, sa);
	r = hostcall(__NR_connect, fd, sa, n);
	if(r != -EINPROGRESS)
		return r;
	r = blockcall(__NR_poll, &p, 1, -1);
	if(r < 0)
		return r;
	r = getsockoption(fd, SOL_SOCKET, SO_ERROR);
	return r > 0 ? -r : r;
}

/* Returns the connection, or -errno. */
static long
dialip(const Hostip *ip, u16int port)
{
	long fd, r;

	fd = hostcall(__NR_socket, ip->len == Ip4len ? AF_INET : AF_INET6,
	    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if(fd < 0)
		return fd;
	r = connectip(fd, ip, port);
	if(r < 0) {
		hostclose(fd);
		return r;
	}
	hostcall(__NR_fcntl, fd, F_SETFL, 0);
	/* a 9P message does not wait for the next */
	sockoption(fd, IPPROTO_TCP, TCP_NODELAY, 1);
	return fd;
}

/* The first of the host's addresses that answers. */
static int
dialtcp(const Hostaddr *a)
{
	long fd;
	int i;

	fd = -EDESTADDRREQ;
	for(i = 0; i < a->nip; i++) {
		fd = dialip(&a->ip[i], a->port);
		if(fd >= 0 || fd == -EINTR)
			break;
	}
	return hostmust(fd);
}

static int
isconnection(int fd)
{
	struct stat st;

	hostmust(hostcall(__NR_fstat, fd, &st));
	return (st.st_mode & IFMT) == IFSOCK || (st.st_mode & IFMT) == IFIFO ||
	    hostistty(fd);
}

static int
dialfd(int fd)
{
	int append;

	if(!hostinherited(fd))
		error("run9 was not started with that descriptor");
	if(fd == Stderr)
		error("the standard error is for messages");
	if(!isconnection(fd))
		error("no socket, pipe or terminal");
	if(hostfdmode(fd, &append) != ORDWR)
		error("not open for reading and writing");
	if(getsockoption(fd, SOL_SOCKET, SO_ACCEPTCONN) > 0)
		error("the socket listens, and is no connection");
	return ownfd(fd);
}

int
hostdial(const char *addr)
{
	Hostaddr a;

	parseaddr(addr, 0, &a);
	switch(a.kind) {
	case Addrunix:
		return dialunix(a.text);
	case Addrtcp:
		return dialtcp(&a);
	case Addrfd:
		return dialfd(a.fd);
	case Addrexec:
		break;
	}
	error("a command is no socket");
}

const char *
hostaddrcmd(const char *addr)
{
	Hostaddr a;

	if(strncmp(addr, "exec!", 5) != 0)
		return nil;
	parseaddr(addr, 0, &a);
	return a.text;
}

void
hostsockpair(int fd[2])
{
	hostmust(hostcall(
	    __NR_socketpair, AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fd));
}
