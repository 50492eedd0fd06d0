/*
 * Sockets of the host: what connecting (hostdial.c) and listening (hostlisten.c) share, and what
 * is done with a connection that there is: hostsock.h.
 */
#include "host/linux.h"

#include <linux/fcntl.h>
#include <linux/poll.h>

#include "host/file/hostsocks.h"
#include "host/hostfile.h"
#include "host/hostsock.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	SHUT_RDWR = 2,
	MSG_DONTWAIT = 0x40,
	MSG_NOSIGNAL = 0x4000,
	/* bytes that a socket with room takes whole: its buffer has 4608 or more */
	Nowmax = 1024,
};

int
ipaddr(const Hostip *ip, u16int port, uchar *sa)
{
	memset(sa, 0, Ipaddrmax);
	/* the family is in the processor's order, the port in the network's */
	PBIT16(sa, ip->len == Ip4len ? AF_INET : AF_INET6);
	sa[2] = (uchar)(port >> 8);
	sa[3] = (uchar)port;
	if(ip->len == Ip4len) {
		memmove(sa + 4, ip->addr, Ip4len);
		return 16;
	}
	memmove(sa + 8, ip->addr, Ip6len);
	return Ipaddrmax;
}

int
unixaddr(const char *path, uchar *sa)
{
	usize n;

	n = strlen(path) + 1;
	PBIT16(sa, AF_UNIX);
	memmove(sa + Familylen, path, n);
	return Familylen + (int)n;
}

void
sockoption(int fd, int level, int opt, s32int val)
{
	hostcall(__NR_setsockopt, fd, level, opt, &val, sizeof val);
}

s32int
getsockoption(int fd, int level, int opt)
{
	s32int val;
	s32int len;
	long r;

	val = 0;
	len = sizeof val;
	r = hostcall(__NR_getsockopt, fd, level, opt, &val, &len);
	return r < 0 ? (s32int)r : val;
}

int
ownfd(int fd)
{
	long copy, null;

	if(fd > Stderr) {
		hostmust(hostcall(__NR_fcntl, fd, F_SETFD, FD_CLOEXEC));
		return fd;
	}
	null = hostmust(
	    hostcall(__NR_openat, AT_FDCWD, "/dev/null", O_RDWR | O_CLOEXEC));
	copy = hostcall(__NR_fcntl, fd, F_DUPFD_CLOEXEC, Stderr + 1);
	if(copy >= 0)
		hostcall(__NR_dup3, null, fd, 0);
	hostcall(__NR_close, null);
	return hostmust(copy);
}

char *
hostsockname(int fd, char *buf, int n)
{
	uchar sa[Unixaddrmax + 1];
	char text[64];
	Hostip ip;
	s32int len;

	len = Unixaddrmax;
	memset(sa, 0, sizeof sa);
	hostmust(hostcall(__NR_getsockname, fd, sa, &len));
	switch(GBIT16(sa)) {
	case AF_UNIX:
		snprint(buf, n, "unix!%s", (char *)sa + Familylen);
		return buf;
	case AF_INET:
		ip.len = Ip4len;
		memmove(ip.addr, sa + 4, Ip4len);
		break;
	case AF_INET6:
		ip.len = Ip6len;
		memmove(ip.addr, sa + 8, Ip6len);
		break;
	default:
		error("no socket of run9's kinds");
	}
	snprint(buf, n, "tcp!%s!%d", iptext(&ip, text, sizeof text),
	    sa[2] << 8 | sa[3]);
	return buf;
}

void
hostshutdown(int fd)
{
	hostcall(__NR_shutdown, fd, SHUT_RDWR);
}

vlong
hostwritenow(int fd, const void *buf, vlong n)
{
	struct pollfd p = {.fd = fd, .events = POLLOUT};
	long r;

	/* a socket that can be written has room for much more than Nowmax bytes */
	if(n > Nowmax || hostcall(__NR_poll, &p, 1, 0) <= 0)
		return 0;
	r = hostcall(
	    __NR_sendto, fd, buf, n, MSG_DONTWAIT | MSG_NOSIGNAL, 0, 0);
	if(r == -EAGAIN || r == -ENOTSOCK || r == -EINTR || r == -ENOBUFS)
		return 0;
	hostmust(r);
	if(r < n) {
		/* the host had no memory for the rest, and half a message is worth nothing */
		hostshutdown(fd);
		error(Ehungup);
	}
	return r;
}
