/*
 * IP addresses as texts, in the forms of ip(2).
 */
#include "net/netdat.h"
#include "host/host.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	Ip4bytes = Ipaddrlen - Ipv4off,
	Maxgroup = 0xffff,
};

/* The number in base at *s; *s moves behind it. Returns -1 if there is none, or it is above max. */
static int
addrnumber(const char **s, int base, int max)
{
	static const char digits[] = "0123456789abcdef";
	const char *d;
	int v;

	v = -1;
	for(; **s != 0; (*s)++) {
		d = strchr(digits, **s >= 'A' && **s <= 'F' ? **s | 0x20 : **s);
		if(d == nil || d - digits >= base)
			break;
		v = (v < 0 ? 0 : v) * base + (int)(d - digits);
		if(v > max)
			return -1;
	}
	return v;
}

/* Up to four numbers with dots between them. What is left out is zeros, in the place that the
 * address's class says: 127.1 is 127.0.0.1. Returns 0 if that is not all of s. */
static int
parsenetip4(const char *s, uchar *a)
{
	int host, n, v;

	memset(a, 0, Ip4bytes);
	for(n = 0; n < Ip4bytes; n++) {
		v = addrnumber(&s, 10, 255);
		if(v < 0)
			return 0;
		a[n] = (uchar)v;
		if(*s != '.')
			break;
		s++;
	}
	if(*s != 0 || n == Ip4bytes)
		return 0;
	n++;
	/* the numbers behind those of the net are of the host, at the end */
	host = n - (a[0] < 128 ? 1 : a[0] < 192 ? 2 : 3);
	if(n < Ip4bytes && host > 0) {
		memmove(a + Ip4bytes - host, a + n - host, host);
		memset(a + n - host, 0, Ip4bytes - n);
	}
	return 1;
}

/* IPv6: groups, an IPv4 address perhaps as the last, and :: in one place. */
static int
parsenetip6(const char *s, uchar *a)
{
	int gap, n, v;

	memset(a, 0, Ipaddrlen);
	gap = -1;
	n = 0;
	if(s[0] == ':' && s[1] == ':') {
		gap = 0;
		s += 2;
	}
	while(*s != 0) {
		if(n == Ipaddrlen)
			return 0;
		if(strchr(s, ':') == nil && strchr(s, '.') != nil &&
		    n <= Ipv4off && parsenetip4(s, a + n)) {
			n += Ip4bytes;
			break;
		}
		v = addrnumber(&s, 16, Maxgroup);
		if(v < 0)
			return 0;
		a[n++] = (uchar)(v >> 8);
		a[n++] = (uchar)v;
		if(*s == 0)
			break;
		if(*s++ != ':' || *s == 0)
			return 0;
		if(*s == ':') {
			if(gap >= 0)
				return 0;
			gap = n;
			s++;
		}
	}
	if(gap < 0)
		return n == Ipaddrlen;
	if(n > Ipaddrlen - 2)
		return 0;
	memmove(a + Ipaddrlen - (n - gap), a + gap, n - gap);
	memset(a + gap, 0, Ipaddrlen - n);
	return 1;
}

int
parsenetip(const char *s, uchar *ip)
{
	if(strchr(s, ':') != nil)
		return parsenetip6(s, ip);
	memset(ip, 0, Ipaddrlen);
	ip[10] = ip[11] = 0xff;
	return parsenetip4(s, ip + Ipv4off);
}

/* The longest run of groups of zeros: where it begins and ends, in bytes. */
static int
longestgap(const uchar *ip, int *end)
{
	int best, i, j;

	best = *end = 0;
	for(i = 0; i < Ipaddrlen; i = j + 2) {
		for(j = i; j < Ipaddrlen && ip[j] == 0 && ip[j + 1] == 0;)
			j += 2;
		if(j - i > *end - best) {
			best = i;
			*end = j;
		}
	}
	return best;
}

char *
fmtnetip(char *p, char *e, const uchar *ip)
{
	const uchar *a;
	int gap, end, i;

	if(isip4(ip)) {
		a = ip + Ipv4off;
		return seprint(p, e, "%d.%d.%d.%d", a[0], a[1], a[2], a[3]);
	}
	gap = longestgap(ip, &end);
	for(i = 0; i < Ipaddrlen; i += 2) {
		if(i == gap && end > gap) {
			p = seprint(p, e, "::");
			i = end - 2;
			continue;
		}
		if(i > 0 && (i != end || end == gap))
			p = seprint(p, e, ":");
		p = seprint(p, e, "%x", ip[i] << 8 | ip[i + 1]);
	}
	return p;
}

int
ismulticast(const uchar *ip)
{
	if(isip4(ip))
		return (ip[Ipv4off] & 0xf0) == 0xe0;
	return ip[0] == 0xff;
}

int
islinklocal(const uchar *ip)
{
	return ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80;
}

void
reachable(const uchar *ip)
{
	if(netreach == Netloopback && !isloopback(ip))
		error("run9 --net=loopback: not a loopback address");
}

int
isloopback(const uchar *ip)
{
	static const uchar loopback6[Ipaddrlen] = {[Ipaddrlen - 1] = 1};

	if(isip4(ip))
		return ip[Ipv4off] == 127;
	return memcmp(ip, loopback6, Ipaddrlen) == 0;
}
