/*
 * What the network answers to the packets of a socket: hostnet.h. The host keeps ICMP messages in the
 * socket's queue of errors: IP_RECVERR in ip(7), IPV6_RECVERR in ipv6(7).
 */
#include "host/linux.h"

#include "host/net/netsocks.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	IP_RECVERR = 11,
	IPV6_RECVERR = 25,
	/* struct sock_extended_err; the address of the machine that answered is behind it */
	Eeorigin = 4,
	Eetype = 5,
	Eecode = 6,
	Eeaddr = 16,
	SO_EE_ORIGIN_ICMP = 2,
	SO_EE_ORIGIN_ICMP6 = 3,
	/* RFC 792, RFC 4443: the hops of a packet were used up in transit */
	Icmpexceeded = 11,
	Icmp6exceeded = 3,
	Intransit = 0,
};

void
wantadvice(Netsock *s, int yes)
{
	ipsockoption(s, IP_RECVERR, IPV6_RECVERR, yes);
}

/* Does a message of that origin say that hops were used up? */
static int
isexceeded(const uchar *ee)
{
	if(ee[Eecode] != Intransit)
		return 0;
	return ee[Eetype] ==
	    (ee[Eeorigin] == SO_EE_ORIGIN_ICMP ? Icmpexceeded : Icmp6exceeded);
}

void
readadvice(const uchar *c, usize n, Netpacket *p)
{
	const uchar *ee;
	Netaddr hop;
	u32int level, type;

	level = GBIT32(c + 8);
	type = GBIT32(c + 12);
	if((level != IPPROTO_IP || type != IP_RECVERR) &&
	    (level != IPPROTO_IPV6 || type != IPV6_RECVERR))
		return;
	ee = c + Cmsghdr;
	if(n < Cmsghdr + Eeaddr + Ipaddrmin ||
	    (ee[Eeorigin] != SO_EE_ORIGIN_ICMP &&
		ee[Eeorigin] != SO_EE_ORIGIN_ICMP6))
		return;
	p->advice = 1;
	if(!isexceeded(ee))
		return;
	fromsockaddr(ee + Eeaddr, &hop);
	memmove(p->hop, hop.ip, Ipaddrlen);
}
