/*
 * The network of the host, for kernel/net: sockets of IP's protocols. hostfile.h's hostclose closes
 * them.
 *
 * A call marked (blocks) ends with Eintr when up is kicked while a note is pending. What a call says
 * of errors is for the conversation; a call that errors besides does so for a bad address of the
 * program's, a note, or a limit of the host's, and the conversation is as it was.
 */
#ifndef HOSTNET_H
#define HOSTNET_H

#include "u.h"

enum
{
	Ipaddrlen = 16,
	/* where the IPv4 address is in an IP address that stands for one */
	Ipv4off = 12,
};

/* The kinds of sockets. */
enum
{
	Nettcp,
	Netudp,
	/* echo requests and replies alone: ping sockets */
	Neticmp,
	Neticmp6,
};

/* An address: IPv4 ones are mapped into IPv6 (::ffff:1.2.3.4), as Plan 9 has them. ip is in the
 * network's order, port in the processor's. */
typedef struct Netaddr Netaddr;
struct Netaddr
{
	uchar ip[Ipaddrlen];
	u16int port;
	/* of a link-local IPv6 address: the number of its interface, as the host counts them; 0: not
	 * known */
	u32int scope;
};

/* Is ip the address ::? Does it stand for an IPv4 address? */
int isnoaddr(const uchar *ip);
int isip4(const uchar *ip);

/* What came with a datagram, or goes with it. */
typedef struct Netpacket Netpacket;
struct Netpacket
{
	/* the other end */
	Netaddr remote;
	/* of one received: it has a sender. The end of a socket has none */
	int sent;
	/* the local address: that it came to, or that it is to come from; :: leaves it to the host */
	uchar local[Ipaddrlen];
	/* the number of the interface, as the host counts them; 0: not known, or any */
	u32int ifindex;
	/* of one received: hops that are left; 0: not known */
	u32int ttl;
	/* and the address of that interface; :: not known */
	uchar ifcaddr[Ipaddrlen];
	/* the bytes that it has; hostnetpeek's */
	u32int len;
	/* it is no datagram but what the network answers to one; where that one's hops were used up, or
	 * :: */
	int advice;
	uchar hop[Ipaddrlen];
};

/* A socket. */
typedef struct Netsock Netsock;
struct Netsock
{
	int fd;
	/* Nettcp and so on */
	u8int kind;
	/* it is of IPv6, or of both */
	u8int inet6;
	/* hostnetfinish was called */
	u8int finished;
};

/* --- making (netsock.c). Errors --- */

/* Make s a socket for the address a: of IPv4, of IPv6, or for :: of both if the host has both. With
 * loopback it reaches the loopback interface alone. */
void hostnetopen(Netsock *s, int kind, const Netaddr *a, int loopback);
/* Give s the local address a; port 0 is any free one. */
void hostnetbind(Netsock *s, const Netaddr *a);
/* May other sockets of udp, which say so too, have s's local port? */
void hostnetshare(Netsock *s, int yes);
/* Take connections for s, which has an address. */
void hostnetlisten(Netsock *s);
/* Connect s to a. Returns nil, or why that failed. (blocks) */
const char *hostnetconnect(Netsock *s, const Netaddr *a);
/* Make c the next connection of s, from *a. Returns nil, or why there is none. (blocks) */
const char *hostnetaccept(Netsock *s, Netsock *c, Netaddr *a);
/* Make c a socket for datagrams between remote and local, whose port is s's. */
void hostnetbeside(Netsock *s, Netsock *c, const Netaddr *remote,
    const Netaddr *local, int loopback);
/* The address of s. Returns 0 if there is none. */
int hostnetlocal(Netsock *s, Netaddr *a);

/* --- I/O (netio.c). buf is a kernel address, or a user address that has passed validaddr --- */

/* Read from a connection. Returns how many bytes; 0 at its end; -1 and *why if the connection is
 * broken. (blocks) */
long hostnetread(Netsock *s, void *buf, long n, const char **why);
/* Write n bytes. Returns how many, or -1 and *why. (blocks) */
long hostnetwrite(Netsock *s, const void *buf, long n, const char **why);
/* The same for one datagram and its addresses. What does not fit is lost, and so is a datagram of udp that
 * cannot be sent to its address. */
long hostnetrecv(Netsock *s, void *buf, long n, Netpacket *p, const char **why);
long hostnetsend(
    Netsock *s, const void *buf, long n, const Netpacket *p, const char **why);
/* Look at the datagram that is next, of which p->len says the bytes; with wait, wait for it. Returns 0
 * if there is none, because s has ended, or has an error. Errors for a note alone. (blocks with wait) */
int hostnetpeek(Netsock *s, int wait, Netpacket *p);
/* hostnetrecv to a kernel address without a wait: returns -1 if there is no datagram. Never errors. */
long hostnettake(Netsock *s, void *buf, long n, Netpacket *p);
/* After an error of s, which is a connected one of datagrams, or one of TCP that did not connect: has the
 * network answered to a packet of s? Then hop is the address of the machine where its hops were used up, or
 * :: if the answer is another. 0: the error is the host's own. Never errors. */
int hostnetadvice(Netsock *s, uchar *hop);
/* End s in both directions: all that wait at it go on. A TCP connection is reset. Never errors. */
void hostnethangup(Netsock *s);
/* The same, but a TCP connection ends in order: what was written is sent. */
void hostnetfinish(Netsock *s);
/* Close s. A TCP connection ends in order, though bytes were not read. Later bytes of the peer reset it. Never
 * errors. */
void hostnetclose(Netsock *s);

/* --- options and state (netopt.c) --- */

enum
{
	/* hops, and the type of service */
	Optttl,
	Opttos,
	/* ms between keepalives */
	Optkeepalive,
};
/* Set an option of s. Errors. */
void hostnetoption(Netsock *s, int opt, int value);
/* Receive what is sent to the group mcast at the interface that has the address ifc; or do so no more.
 * :: leaves the interface to the host. Errors. */
void hostnetmulticast(
    Netsock *s, int join, const uchar *mcast, const uchar *ifc);
/* Bytes to be read, and bytes that wait to be sent. Never error. */
u32int hostnetinq(Netsock *s);
u32int hostnetoutq(Netsock *s);

/* The states of TCP, in the order of their names in tcp.c. */
enum
{
	Tclosed,
	Tlisten,
	Tsynsent,
	Tsynreceived,
	Testablished,
	Tfinwait1,
	Tfinwait2,
	Tclosewait,
	Tclosing,
	Tlastack,
	Ttimewait,
};

/* The state of a TCP connection. Times are in ms, windows in bytes. */
typedef struct Nettcpinfo Nettcpinfo;
struct Nettcpinfo
{
	int state;
	u32int rtt;
	u32int rttvar;
	u32int ssthresh;
	u32int cwin;
	u32int swin;
	u32int rwin;
	int sscale;
	int rscale;
	/* until the next retransmission */
	u32int rto;
	u32int retries;
	u32int rtxd;
};
/* All is 0, and the state Tclosed, if the host does not tell. Never errors. */
void hostnettcpinfo(Netsock *s, Nettcpinfo *t);

/* --- what the host's network is (netifc.c, nettab.c). Where the host does not tell, it is empty --- */

enum
{
	/* of an interface that are looked at */
	Maxifaddr = 16,
	Ifnamelen = 16,
};

/* An address of an interface. */
typedef struct Netifaddr Netifaddr;
struct Netifaddr
{
	uchar ip[Ipaddrlen];
	/* bits of the mask, as of an IPv6 address */
	int prefix;
};

/* An interface that is up. */
typedef struct Netifc Netifc;
struct Netifc
{
	char name[Ifnamelen];
	/* the host's number of it */
	u32int index;
	u32int mtu;
	int loopback;
	uvlong in;
	uvlong out;
	uvlong inerr;
	uvlong outerr;
	int naddr;
	Netifaddr addr[Maxifaddr];
};
/* Make *list the interfaces, smalloc'ed, and return how many. Errors. */
int hostnetifcs(Netifc **list);

typedef struct Netroute Netroute;
struct Netroute
{
	uchar dst[Ipaddrlen];
	int prefix;
	/* :: if there is none */
	uchar gate[Ipaddrlen];
	/* an address of the host's own */
	int local;
	char ifc[Ifnamelen];
};
/* The same for the routes. */
int hostnetroutes(Netroute **list);

/* An Ethernet address that the host knows for an IPv4 address. */
typedef struct Netarp Netarp;
struct Netarp
{
	uchar ip[Ipaddrlen];
	/* is mac known? */
	int ok;
	char mac[18];
	char ifc[Ifnamelen];
};
int hostnetarps(Netarp **list);

/* Fill v with the host's counters of group ("Tcp") whose n names are in names, those of RFC 1213
 * without the group; 0 for those that the host has not. Never errors. */
void hostnetcounters(
    const char *group, const char *const *names, int n, uvlong *v);
/* The name servers of the host, up to n. Returns how many. Never errors. */
int hostnetresolvers(uchar (*ip)[Ipaddrlen], int n);

enum
{
	/* of a domain's name, with its NUL: RFC 1035 */
	Netdomainlen = 256,
};
/* The domains in which the host looks for names, up to n. Returns how many. Never errors. */
int hostnetdomains(char (*name)[Netdomainlen], int n);

#endif
