/*
 * Addresses, as Plan 9 writes them.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "resolve.h"

enum
{
	V4off = 12,
};

static const uchar v4prefix[V4off] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

int
isv4(const uchar ip[IPlen])
{
	return memcmp(ip, v4prefix, V4off) == 0;
}

int
parseip(uchar ip[IPlen], const char *s)
{
	if(inet_pton(AF_INET6, s, ip) == 1)
		return 0;
	memmove(ip, v4prefix, V4off);
	return inet_pton(AF_INET, s, ip + V4off) == 1 ? 0 : -1;
}

char *
ipstr(const uchar ip[IPlen], char buf[IPstr])
{
	if(isv4(ip))
		inet_ntop(AF_INET, ip + V4off, buf, IPstr);
	else
		inet_ntop(AF_INET6, ip, buf, IPstr);
	return buf;
}

const char *
ipattr(const char *name)
{
	int alpha, hex, dot, colon;

	alpha = hex = dot = colon = 0;
	for(; *name != 0; name++) {
		if(isdigit((uchar)*name))
			continue;
		if(isxdigit((uchar)*name))
			hex = 1;
		else if(isalpha((uchar)*name) || *name == '-')
			alpha = 1;
		else if(*name == '.')
			dot = 1;
		else if(*name == ':')
			colon = 1;
		else
			return "sys";
	}
	if(colon && !alpha)
		return "ip";
	if(dot)
		return alpha || hex ? "dom" : "ip";
	return "sys";
}

char *
ptrname(const char *s)
{
	uchar ip[IPlen];
	char buf[80], *p;
	int i;

	if(parseip(ip, s) < 0)
		return estrdup(s);
	if(isv4(ip))
		return smprint(
		    "%d.%d.%d.%d.in-addr.arpa", ip[15], ip[14], ip[13], ip[12]);
	p = buf;
	for(i = IPlen - 1; i >= 0; i--)
		p += snprintf(p, 5, "%x.%x.", ip[i] & 0xf, ip[i] >> 4);
	return smprint("%sip6.arpa", buf);
}

/* One number of a reversed address, below top, and the dot behind it; -1 if there is none. */
static int
revpart(const char **p, int base, int top)
{
	int n, v, d;

	v = 0;
	for(n = 0; isxdigit((uchar) * *p); n++, (*p)++) {
		d = isdigit((uchar) * *p) ? **p - '0' : tolower(**p) - 'a' + 10;
		v = v * base + d;
		if(d >= base || v >= top)
			return -1;
	}
	if(n == 0 || **p != '.')
		return -1;
	(*p)++;
	return v;
}

int
ptraddr(uchar ip[IPlen], const char *name)
{
	const char *p;
	int i, v, v6;

	p = strcasestr(name, ".ip6.arpa");
	v6 = p != nil;
	if(!v6)
		p = strcasestr(name, ".in-addr.arpa");
	if(p == nil || p[v6 ? 9 : 13] != 0)
		return -1;
	p = name;
	memset(ip, 0, IPlen);
	if(!v6)
		memmove(ip, v4prefix, V4off);
	for(i = 0; i < (v6 ? 2 * IPlen : 4); i++) {
		v = v6 ? revpart(&p, 16, 16) : revpart(&p, 10, 256);
		if(v < 0)
			return -1;
		if(v6)
			ip[IPlen - 1 - i / 2] |= v << (i % 2 * 4);
		else
			ip[IPlen - 1 - i] = v;
	}
	return strcasecmp(p, v6 ? "ip6.arpa" : "in-addr.arpa") == 0 ? 0 : -1;
}
