/*
 * Time zones: a zone of the host's, tzfile(5) of Linux, becomes a text of Plan 9's, ctime(2).
 *
 * The text has the two names and offsets that the zone has now, and the beginnings and ends of summer
 * time since 1970, in seconds of standard time. A rule is carried out up to 2037. The text has no room for
 * offsets that a zone had before: programs see those years with today's offset.
 */
#include "lib/lib.h"

enum
{
	Hour = 60 * 60,
	Day = 24 * Hour,
	LastYear = 2037,
	HEADER = 44,
	TYPELEN = 6,
	/* ctime(2) takes 150 numbers, the last of which is 0 */
	NPAIR = 74,
	/* and names of three letters */
	NAMELEN = 3,
};

/* no transition is before */
#define ALWAYS ((vlong)(1ULL << 63))

/* One of a zone's two times: standard or summer. */
typedef struct Clock Clock;
struct Clock
{
	char name[NAMELEN + 1];
	/* seconds east of Greenwich */
	int off;
};

/* When, in each year, a clock begins: POSIX's Mm.w.d, Jn and n. */
typedef struct Rule Rule;
struct Rule
{
	/* 'M', 'J' or 0 */
	int kind;
	int month, week, day;
	/* seconds after midnight, by the clock that ends */
	int time;
};

typedef struct Zone Zone;
struct Zone
{
	Clock std, dst;
	Rule begin, end;
	/* the rules are there */
	int yearly;
	/* summer time, by UTC; the last NPAIR of them. n counts them all. */
	vlong from[NPAIR], to[NPAIR];
	uint n;
};

/* The two blocks of a file have numbers of 4 and of 8 bytes. */
typedef struct Block Block;
struct Block
{
	const uchar *times, *index, *types, *names, *end;
	uint ntime, ntype, nname, width;
};

/* Summer time was, or will be, in [from, to). */
static void
addsummer(Zone *z, vlong from, vlong to)
{
	uint last;

	/* a text's times are after 1970, in standard time: 0 would end it */
	if(from < 1LL - z->std.off)
		from = 1LL - z->std.off;
	if(to <= from)
		return;
	if(z->n > 0) {
		last = (z->n - 1) % NPAIR;
		if(z->to[last] == from) {
			z->to[last] = to;
			return;
		}
	}
	z->from[z->n % NPAIR] = from;
	z->to[z->n % NPAIR] = to;
	z->n++;
}

/* --- the rule of TZ, POSIX.1 --- */

static int
zonedigits(const char **s, int max)
{
	int n;

	if(**s < '0' || **s > '9')
		return -1;
	for(n = 0; **s >= '0' && **s <= '9' && n <= max; (*s)++)
		n = n * 10 + **s - '0';
	return n <= max ? n : -1;
}

/* [+-]hh[:mm[:ss]], in seconds. Returns 0 if there is none. */
static int
clocktime(const char **s, int *t)
{
	int sign, n, unit;

	sign = **s == '-' ? -1 : 1;
	if(**s == '-' || **s == '+')
		(*s)++;
	n = zonedigits(s, 167);
	if(n < 0)
		return 0;
	*t = n * Hour;
	for(unit = 60; unit > 0 && **s == ':'; unit /= 60) {
		(*s)++;
		n = zonedigits(s, 59);
		if(n < 0)
			return 0;
		*t += n * unit;
	}
	*t *= sign;
	return 1;
}

static int
clockname(const char **s, char *name)
{
	int n, quoted;

	quoted = **s == '<';
	if(quoted)
		(*s)++;
	for(n = 0; quoted ? **s != '>' && **s != 0
			  : (**s | 0x20) >= 'a' && (**s | 0x20) <= 'z';
	    (*s)++)
		if(n < NAMELEN)
			name[n++] = **s;
	name[n] = 0;
	if(quoted && *(*s)++ != '>')
		return 0;
	return n == NAMELEN;
}

static int
rule(const char **s, Rule *r)
{
	if(*(*s)++ != ',')
		return 0;
	r->kind = **s == 'M' || **s == 'J' ? *(*s)++ : 0;
	if(r->kind == 'M') {
		r->month = zonedigits(s, 12);
		if(r->month < 1 || *(*s)++ != '.')
			return 0;
		r->week = zonedigits(s, 5);
		if(r->week < 1 || *(*s)++ != '.')
			return 0;
		r->day = zonedigits(s, 6);
	} else
		r->day = zonedigits(s, 365);
	if(r->day < (r->kind == 'J'))
		return 0;
	r->time = 2 * Hour;
	if(**s != '/')
		return 1;
	(*s)++;
	return clocktime(s, &r->time);
}

/* std offset [dst [offset] [,rule,rule]]: fill in z. Returns 0 if it is not like that. */
static int
zonerule(Zone *z, const char *s)
{
	if(!clockname(&s, z->std.name) || !clocktime(&s, &z->std.off))
		return 0;
	z->std.off = -z->std.off;
	z->dst = z->std;
	if(*s == 0)
		return 1;
	if(!clockname(&s, z->dst.name))
		return 0;
	z->dst.off = z->std.off + Hour;
	if(*s != ',' && *s != 0) {
		if(!clocktime(&s, &z->dst.off))
			return 0;
		z->dst.off = -z->dst.off;
	}
	if(*s == 0)
		s = ",M3.2.0,M11.1.0";
	z->yearly = rule(&s, &z->begin) && rule(&s, &z->end) && *s == 0;
	return z->yearly;
}

static int
isleap(int y)
{
	return (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
}

/* The number of days from 1970 to the beginning of year y. */
static vlong
yeardays(int y)
{
	y--;
	return 365LL * (y - 1969) + (y / 4 - y / 100 + y / 400) -
	    (1969 / 4 - 1969 / 100 + 1969 / 400);
}

/* Month m, from 1, of year y has so many days. */
static int
monthdays(int m, int y)
{
	static const uchar days[] = {
	    31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	return days[m - 1] + (m == 2 && isleap(y));
}

/* When a rule applies in year y: seconds by the clock that ends. */
static vlong
ruletime(const Rule *r, int y)
{
	vlong day;
	int i, m;

	day = yeardays(y);
	if(r->kind != 'M')
		return (day + r->day -
			   (r->kind == 'J' && (!isleap(y) || r->day < 60))) *
		    Day +
		    r->time;
	for(m = 1; m < r->month; m++)
		day += monthdays(m, y);
	/* 1 January 1970 was a Thursday */
	i = (int)((r->day - (day + 4) % 7 + 7) % 7) + 7 * (r->week - 1);
	/* the fifth week is the last one that has the day */
	while(i >= monthdays(m, y))
		i -= 7;
	return (day + i) * Day + r->time;
}

/* Add the summer times that begin after `after', by the rule. */
static void
yearly(Zone *z, vlong after)
{
	vlong from, to;
	int y;

	for(y = 1970; y <= LastYear; y++) {
		from = ruletime(&z->begin, y) - z->std.off;
		to = ruletime(&z->end, y) - z->dst.off;
		/* the southern hemisphere's ends in the next year */
		if(to < from)
			to = ruletime(&z->end, y + 1) - z->dst.off;
		if(from > after)
			addsummer(z, from, to);
	}
}

/* --- the file --- */

static vlong
zonenumber(const uchar *p, uint width)
{
	uvlong v;
	uint i;

	v = width == 4 && p[0] & 0x80 ? ~0ULL : 0;
	for(i = 0; i < width; i++)
		v = v << 8 | p[i];
	return (vlong)v;
}

/* Find the parts of the block whose header is at p. Returns 0 if it is not all there. */
static int
block(Block *b, const uchar *p, const uchar *end, uint width)
{
	uvlong count[6], size;
	uint i;

	if(end - p < HEADER || memcmp(p, "TZif", 4) != 0)
		return 0;
	for(i = 0; i < nelem(count); i++) {
		count[i] = zonenumber(p + 20 + 4 * i, 4);
		if(count[i] > 1 << 20)
			return 0;
	}
	p += HEADER;
	size = count[3] * (width + 1) + count[4] * TYPELEN + count[5] +
	    count[2] * (width + 4) + count[1] + count[0];
	if((uvlong)(end - p) < size)
		return 0;
	*b = (Block){.times = p,
	    .ntime = count[3],
	    .ntype = count[4],
	    .nname = count[5],
	    .width = width};
	b->index = b->times + b->ntime * width;
	b->types = b->index + b->ntime;
	b->names = b->types + b->ntype * TYPELEN;
	b->end = p + size;
	for(i = 0; i < b->ntime; i++)
		if(b->index[i] >= b->ntype)
			return 0;
	return b->ntype > 0;
}

/* A transition's time, and the type that begins. */
static vlong
timeat(const Block *b, uint i)
{
	return zonenumber(b->times + i * b->width, b->width);
}

static const uchar *
typeat(const Block *b, uint i)
{
	return b->types + b->index[i] * TYPELEN;
}

static int
issummer(const uchar *type)
{
	return type[4] != 0;
}

/* Set *c to a type's offset and name. */
static void
typeclock(const Block *b, const uchar *type, Clock *c)
{
	uint i, n;

	c->off = (int)zonenumber(type, 4);
	for(n = 0, i = type[5]; n < NAMELEN; n++, i++)
		c->name[n] =
		    i < b->nname && b->names[i] > ' ' ? b->names[i] : '_';
	c->name[n] = 0;
}

/* Set *c to the last clock of summer, or of standard time, that began at `since' or later. Returns 0 if
 * there is none. */
static int
lastclock(const Block *b, int summer, vlong since, Clock *c)
{
	uint i;

	for(i = b->ntime; i-- > 0 && timeat(b, i) >= since;)
		if(issummer(typeat(b, i)) == summer) {
			typeclock(b, typeat(b, i), c);
			return 1;
		}
	return 0;
}

/* What the file's types say, where it has no rule. */
static void
lastclocks(Zone *z, const Block *b)
{
	if(!lastclock(b, 0, ALWAYS, &z->std))
		typeclock(b, b->types, &z->std);
	if(!lastclock(b, 1, ALWAYS, &z->dst))
		z->dst = z->std;
}

static void
transitions(Zone *z, const Block *b)
{
	vlong t, next;
	uint i;
	int last;

	t = 0;
	for(i = 0; i < b->ntime; i++) {
		t = timeat(b, i);
		last = i + 1 == b->ntime;
		next = last ? yeardays(LastYear + 1) * Day : timeat(b, i + 1);
		if(issummer(typeat(b, i)) && !(last && z->yearly) &&
		    zonenumber(typeat(b, i), 4) == z->dst.off)
			addsummer(z, t, next);
	}
	/* the last one may be the beginning of a summer time that the rule has */
	if(z->yearly)
		yearly(z,
		    b->ntime > 0 && issummer(typeat(b, b->ntime - 1)) ? t - 1
								      : t);
}

static void
printzone(const Zone *z, char *p, char *e)
{
	uint i;

	p = seprint(p, e, "%s %d %s %d\n", z->std.name, z->std.off, z->dst.name,
	    z->dst.off);
	for(i = z->n > NPAIR ? z->n - NPAIR : 0; i < z->n; i++)
		p = seprint(p, e, "%lld %lld\n",
		    z->from[i % NPAIR] + z->std.off,
		    z->to[i % NPAIR] + z->std.off);
}

/* The rule is the line at the file's end. */
static void
footer(Zone *z, const uchar *p, const uchar *end)
{
	char line[128];
	uint n;

	if(p == end || *p++ != '\n')
		return;
	for(n = 0; p < end && *p != '\n' && n < sizeof line - 1; p++)
		line[n++] = *p;
	line[n] = 0;
	if(p < end && !zonerule(z, line))
		*z = (Zone){0};
}

int
zonetext(char *buf, usize nbuf, const uchar *file, usize n)
{
	Block b;
	Zone z;
	const uchar *end;

	end = file + n;
	if(!block(&b, file, end, 4))
		return 0;
	z = (Zone){0};
	if(file[4] >= '2') {
		if(!block(&b, b.end, end, 8))
			return 0;
		footer(&z, b.end, end);
	}
	if(z.std.name[0] == 0)
		lastclocks(&z, &b);
	else if(!z.yearly)
		/* the rule has no summer time, but former years may have */
		lastclock(&b, 1, 1, &z.dst);
	transitions(&z, &b);
	printzone(&z, buf, buf + nbuf);
	return 1;
}

int
zoneruletext(char *buf, usize nbuf, const char *tz)
{
	Zone z;

	z = (Zone){0};
	if(!zonerule(&z, tz))
		return 0;
	if(z.yearly)
		yearly(&z, -1);
	printzone(&z, buf, buf + nbuf);
	return 1;
}
