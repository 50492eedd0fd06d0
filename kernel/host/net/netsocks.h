/*
 * What the files of host/net share: sockets as Linux has them, beyond hostsocks.h.
 */
#ifndef NETSOCKS_H
#define NETSOCKS_H

#include "host/file/hostsocks.h"
#include "host/hostnet.h"

enum
{
	/* socket(7), ip(7), ipv6(7), tcp(7), icmp(7) */
	SO_BROADCAST = 6,
	SO_KEEPALIVE = 9,
	SO_OOBINLINE = 10,
	SO_BINDTODEVICE = 25,
	IPPROTO_IP = 0,
	IPPROTO_ICMP = 1,
	IPPROTO_ICMPV6 = 58,
	IP_TOS = 1,
	IP_TTL = 2,
	IP_PKTINFO = 8,
	IP_MTU_DISCOVER = 10,
	IP_RECVTTL = 12,
	IP_MULTICAST_TTL = 33,
	IP_ADD_MEMBERSHIP = 35,
	IP_DROP_MEMBERSHIP = 36,
	IPV6_UNICAST_HOPS = 16,
	IPV6_MULTICAST_HOPS = 18,
	IPV6_JOIN_GROUP = 20,
	IPV6_LEAVE_GROUP = 21,
	IPV6_MTU_DISCOVER = 23,
	IPV6_RECVPKTINFO = 49,
	IPV6_PKTINFO = 50,
	IPV6_RECVHOPLIMIT = 51,
	IPV6_HOPLIMIT = 52,
	IPV6_TCLASS = 67,
	TCP_KEEPIDLE = 4,
	TCP_KEEPINTVL = 5,
	TCP_INFO = 11,
	SHUT_WR = 1,
	SHUT_RDWR = 2,
	MSG_PEEK = 0x2,
	MSG_TRUNC = 0x20,
	MSG_DONTWAIT = 0x40,
	MSG_ERRQUEUE = 0x2000,
	MSG_NOSIGNAL = 0x4000,
	/* of the head of a control message: cmsg(3) */
	Cmsghdr = 16,
	/* struct sockaddr_in is the shortest of those of IP */
	Ipaddrmin = 16,
};

/* netsock.c: a as the host's struct sockaddr for s, in sa, of Ipaddrmax bytes. Returns how many it
 * has. Errors if s cannot reach a. */
int tosockaddr(const Netsock *s, const Netaddr *a, uchar *sa);
/* The address in sa. */
void fromsockaddr(const uchar *sa, Netaddr *a);
/* An IPv4 address, in the network's order, as an IP address. */
void mapip4(const uchar *ip4, uchar *ip);
/* Set an option that both versions of IP have, as far as the host lets it be set. */
void ipsockoption(Netsock *s, int opt4, int opt6, s32int val);
/* netadvice.c: is s, which is about to be connected, to keep what the network answers to its packets? A
 * connection of TCP that has been made is not: each answer would end it. */
void wantadvice(Netsock *s, int yes);
/* A control message at c, of n bytes: if it is such an answer, it is put in p. */
void readadvice(const uchar *c, usize n, Netpacket *p);
/* neterr.c: Plan 9's text for host error err, positive, of a conversation of that kind; nil if the
 * error is none of the conversation's. */
const char *netreason(int kind, long err);
/* Raise the Plan 9 error for err, a positive host error number. */
_Noret void netfail(int kind, long err);

/* netifc.c: the number of the interface that has the address ip; 0 if there is none. Errors. */
u32int ifindexof(const uchar *ip);
/* The bits of an IPv4 mask, as of an IPv6 address. */
int prefixof4(const uchar *mask4);
/* nettab.c: 32 hexadecimal digits as an address. Returns 0 if s is none. */
int hexip(const char *s, uchar *ip);

#endif
