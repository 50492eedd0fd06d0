/*
 * Numeric addresses of IPv4 and IPv6, as texts: RFC 4291, section 2.2.
 */
#include "host/linux.h"

#include "host/file/hostaddr.h"
#include "lib/lib.h"

/* The number in base at *s, of at most max digits. *s moves behind it. Returns -1 if there is
 * none. */
static int
ipnumber(const char **s, int base, int max)
{
	int v, d, n;

	v = 0;
	for(n = 0; n < max; n++, (*s)++) {
		if(**s >= '0' && **s <= '9')
			d = **s - '0';
		else if(base == 16 && (**s | 0x20) >= 'a' &&
		    (**s | 0x20) <= 'f')
			d = (**s | 0x20) - 'a' + 10;
		else
			break;
		v = v * base + d;
	}
	return n > 0 ? v : -1;
}

/* Four numbers with dots between them, and nothing behind. */
static int
parseip4(const char *s, uchar *addr)
{
	int i, v;

	for(i = 0; i < Ip4len; i++) {
		if(i > 0 && *s++ != '.')
			return 0;
		v = ipnumber(&s, 10, 3);
		if(v < 0 || v > 255)
			return 0;
		addr[i] = (uchar)v;
	}
	return *s == 0;
}

/* Groups of IPv6 at *s, up to the end or a "::", into addr. Returns the bytes that they fill, or
 * -1. An IPv4 address may be the last. */
static int
ipgroups(const char **s, uchar *addr)
{
	const char *p;
	int n, v;

	n = 0;
	while(**s != 0 && **s != ':') {
		if(n == Ip6len)
			return -1;
		if(n <= Ip6len - Ip4len && strchr(*s, ':') == nil &&
		    parseip4(*s, addr + n)) {
			*s += strlen(*s);
			return n + Ip4len;
		}
		v = ipnumber(s, 16, 4);
		if(v < 0)
			return -1;
		addr[n] = (uchar)(v >> 8);
		addr[n + 1] = (uchar)v;
		n += 2;
		p = *s;
		if(*p == 0 || (p[0] == ':' && p[1] == ':'))
			break;
		if(p[0] != ':' || p[1] == 0)
			return -1;
		(*s)++;
	}
	return n;
}

static int
parseip6(const char *s, uchar *addr)
{
	uchar tail[Ip6len];
	int n, m;

	memset(addr, 0, Ip6len);
	n = ipgroups(&s, addr);
	if(n < 0)
		return 0;
	if(*s == 0)
		return n == Ip6len;
	if(s[0] != ':' || s[1] != ':')
		return 0;
	s += 2;
	m = ipgroups(&s, tail);
	/* :: stands for one group of zeros or more */
	if(m < 0 || *s != 0 || n + m > Ip6len - 2)
		return 0;
	memmove(addr + Ip6len - m, tail, m);
	return 1;
}

int
parseip(const char *s, Hostip *ip)
{
	ip->len = Ip4len;
	if(parseip4(s, ip->addr))
		return 1;
	ip->len = Ip6len;
	return parseip6(s, ip->addr);
}

char *
iptext(const Hostip *ip, char *buf, int n)
{
	const uchar *a = ip->addr;
	char *p, *e;
	int i;

	if(ip->len == Ip4len) {
		snprint(buf, n, "%d.%d.%d.%d", a[0], a[1], a[2], a[3]);
		return buf;
	}
	p = buf;
	e = buf + n;
	for(i = 0; i < Ip6len; i += 2)
		p = seprint(
		    p, e, "%s%x", i > 0 ? ":" : "", a[i] << 8 | a[i + 1]);
	return buf;
}
