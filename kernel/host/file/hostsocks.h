/*
 * Sockets as the host has them: for hostsock.c, hostdial.c and hostlisten.c.
 */
#ifndef HOSTSOCKS_H
#define HOSTSOCKS_H

#include <linux/fcntl.h>

#include "host/file/hostaddr.h"

enum
{
	/* socket(2), ip(7), ipv6(7), unix(7), tcp(7) */
	AF_UNIX = 1,
	AF_INET = 2,
	AF_INET6 = 10,
	SOCK_STREAM = 1,
	SOCK_DGRAM = 2,
	SOCK_NONBLOCK = O_NONBLOCK,
	SOCK_CLOEXEC = O_CLOEXEC,
	SOL_SOCKET = 1,
	SO_REUSEADDR = 2,
	SO_ERROR = 4,
	SO_ACCEPTCONN = 30,
	IPPROTO_TCP = 6,
	TCP_NODELAY = 1,
	IPPROTO_IPV6 = 41,
	IPV6_V6ONLY = 26,

	/* struct sockaddr_in6 is the longest of those of IP; struct sockaddr_un */
	Ipaddrmax = 28,
	Familylen = 2,
	Unixaddrmax = Familylen + Unixpathmax,

	/* inode(7): the file type in st_mode, and its values */
	IFMT = 0170000,
	IFSOCK = 0140000,
	IFIFO = 0010000,

	/* the standard error's descriptor, the last of the standard files */
	Stderr = 2,
};

/* Put the address into sa, of Ipaddrmax or Unixaddrmax bytes. Returns how many it has. */
int ipaddr(const Hostip *ip, u16int port, uchar *sa);
int unixaddr(const char *path, uchar *sa);
void sockoption(int fd, int level, int opt, s32int val);
/* The option's value, or -errno. */
s32int getsockoption(int fd, int level, int opt);
/* Nothing but the connection's owner uses descriptor fd from now on, which run9 was started with.
 * Returns its number, which is another if fd is a standard file: such a number keeps its meaning,
 * with nothing to read. Errors. */
int ownfd(int fd);

#endif
