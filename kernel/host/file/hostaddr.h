/*
 * The address of a connection, parsed: hostsock.h has the texts.
 */
#ifndef HOSTADDR_H
#define HOSTADDR_H

#include "u.h"

enum
{
	/* addresses of one host */
	Maxip = 8,
	Ip4len = 4,
	Ip6len = 16,
	/* unix(7): of a socket's path, with its NUL */
	Unixpathmax = 108,
};

typedef enum Addrkind Addrkind;
enum Addrkind
{
	Addrunix,
	Addrtcp,
	Addrfd,
	Addrexec,
};

/* An IP address, in the network's order. */
typedef struct Hostip Hostip;
struct Hostip
{
	/* Ip4len or Ip6len */
	int len;
	uchar addr[Ip6len];
};

typedef struct Hostaddr Hostaddr;
struct Hostaddr
{
	Addrkind kind;
	/* a socket's path or a command; part of the text that was parsed */
	const char *text;
	/* of Addrfd */
	int fd;
	/* of Addrtcp: at least one address */
	u16int port;
	int nip;
	Hostip ip[Maxip];
};

/* hostaddr.c: parse s. With listening, s is an address to listen at. Errors. */
void parseaddr(const char *s, int listening, Hostaddr *a);
/* hostip.c: parse a numeric address, of IPv4 or IPv6. Returns 0 if s is none. */
int parseip(const char *s, Hostip *ip);
/* Put the text of ip into buf, of n bytes. Returns buf. */
char *iptext(const Hostip *ip, char *buf, int n);

#endif
