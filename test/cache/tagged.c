/*
 * A program that looks at every byte it has, to see that it is its own.
 *
 *	tagged file seed mode [program arg ...]
 *
 * files.c makes many of it: the code, all in the first page, and as much more
 * text and data as it likes, filled with the words of tag.h; and bss. Pages are
 * looked at in an order that the seed says. Some data and bss words are then
 * written to, so that a page which should be private and is not shows in
 * another process, or in a copy.
 *
 *	o	once
 *	t	twice
 *	f	once; then two copies, each for itself
 *	F	two copies first, so that both come to each page at once
 *	m	two processes that share data and bss
 *	l	once, resting between
 *	s	for ever: until it is killed
 *	x	once, then exec the rest of the arguments
 *
 * It exits with "file F versions A B", the least and the highest version of its
 * words; or says what was wrong.
 *
 * No library, no data, no bss: what is there is what files.c put there.
 */
#include "aout.h"
#include "lib.h"
#include "tag.h"

enum
{
	MSGLEN = 100,
	LAZY = 4, /* pages looked at between rests */
	DIRTY = 4, /* one data page of so many is written to */
};

typedef struct Self Self;
struct Self
{
	u32int file;
	u32int seed;
	int lazy;
	int flipped; /* the words that are written to are inverted now */
	u32int version; /* of the last word looked at */
	u32int least;
	u32int most;
	/* bytes, and pages */
	u32int text;
	u32int data;
	u32int bss;
	u32int textpages;
	u32int datapages;
	u32int bsspages;
	uintptr database;
	char msg[MSGLEN];
	char *m; /* end of msg */
};

static void
say(Self *s, const char *t)
{
	while(*t != 0 && s->m < s->msg + MSGLEN - 1)
		*s->m++ = *t++;
	*s->m = 0;
}

static void
saynumber(Self *s, u64int v, u32int base)
{
	char buf[24], *p;

	p = buf + sizeof buf;
	*--p = 0;
	do
		*--p = "0123456789abcdef"[v % base];
	while((v /= base) != 0);
	say(s, p);
}

static _Noret void
wrong(Self *s, u64int *p, u64int want)
{
	say(s, "WRONG file ");
	saynumber(s, s->file, 10);
	say(s, " at ");
	saynumber(s, (uintptr)p, 16);
	say(s, ": ");
	saynumber(s, *p, 16);
	say(s, " not ");
	saynumber(s, want, 16);
	exits(s->msg);
}

/* Words from at on are those of the file from byte off, up to byte lim. */
static void
checkwords(Self *s, u64int *at, u32int off, u32int lim, int flipped)
{
	u64int w;
	int v;

	for(; off < lim; off += TAGWORD, at++, flipped = 0) {
		w = flipped ? ~*at : *at;
		if(w == tagword(s->file, s->version, off / TAGWORD))
			continue;
		v = tagversion(w, s->file, off / TAGWORD);
		if(v < 0)
			wrong(
			    s, at, tagword(s->file, s->version, off / TAGWORD));
		s->version = (u32int)v;
		if(s->version < s->least)
			s->least = s->version;
		if(s->version > s->most)
			s->most = s->version;
	}
}

static void
checkzero(Self *s, u64int *at, u32int n, int flipped)
{
	for(; n > 0; n -= TAGWORD, at++, flipped = 0)
		if((flipped ? ~*at : *at) != 0)
			wrong(s, at, 0);
}

/* Page k of n bytes at base that are the file's from byte off. */
static void
checkpage(Self *s, uintptr base, u32int k, u32int n, u32int off, int flipped)
{
	u64int *at;
	u32int start, lim;

	start = k * BY2PG;
	lim = start + BY2PG < n ? start + BY2PG : n;
	at = (u64int *)(base + start);
	if(base == UTZERO && k == 0) {
		start = (u32int)((uintptr)etext - base);
		start = (start + TAGWORD - 1) & ~(u32int)(TAGWORD - 1);
		at = (u64int *)(base + start);
	}
	checkwords(s, at, off + start, off + lim, flipped);
	checkzero(s, at + (lim - start) / TAGWORD, (k + 1) * BY2PG - lim, 0);
}

static int
writtento(u32int k)
{
	return k % DIRTY == 0;
}

static void
checkone(Self *s, u32int k)
{
	if(k < s->textpages) {
		checkpage(s, UTZERO, k, s->text, 0, 0);
		return;
	}
	k -= s->textpages;
	if(k < s->datapages)
		checkpage(s, s->database, k, s->data, s->text,
		    s->flipped && writtento(k));
	else
		checkzero(s, (u64int *)(s->database + k * BY2PG), BY2PG,
		    s->flipped && writtento(k));
}

static u32int
gcd(u32int a, u32int b)
{
	return b == 0 ? a : gcd(b, a % b);
}

static void
check(Self *s)
{
	u32int n, k, i, stride;

	n = s->textpages + s->datapages + s->bsspages;
	stride = s->seed % n;
	while(gcd(stride, n) != 1)
		stride++;
	k = s->seed % n;
	for(i = 0; i < n; i++) {
		checkone(s, k);
		k = (k + stride) % n;
		if(s->lazy && i % LAZY == 0)
			sleep(1);
	}
}

static void
flip(Self *s)
{
	volatile u64int *p;
	u32int k;

	for(k = 0; k < s->datapages + s->bsspages; k++)
		if(writtento(k)) {
			p = (u64int *)(s->database + k * BY2PG);
			*p = ~*p;
		}
	s->flipped = !s->flipped;
}

static _Noret void
done(Self *s)
{
	say(s, "file ");
	saynumber(s, s->file, 10);
	say(s, " versions ");
	saynumber(s, s->least, 10);
	say(s, " ");
	saynumber(s, s->most, 10);
	exits(s->msg);
}

static u32int
number(char **p)
{
	u32int v;

	while(**p == ' ')
		++*p;
	for(v = 0; **p >= '0' && **p <= '9'; ++*p)
		v = v * 10 + (u32int)(**p - '0');
	return v;
}

/* The part of a wait message that the child gave to exits, or after "file F",
 * which both have, the versions. */
static void
join(Self *s, int pid)
{
	char buf[256], *p, *e;
	u32int a, b, file;
	int n;

	do {
		n = await(buf, sizeof buf - 1);
		if(n < 0) {
			say(s, "await failed");
			exits(s->msg);
		}
		buf[n] = 0;
		p = buf;
	} while((int)number(&p) != pid);
	while(*p != 0 && *p != ':')
		p++;
	e = p;
	if(*p == ':')
		p += 2;
	if(*p++ == 'f') {
		while(*p != 0 && *p != ' ')
			p++;
		file = number(&p);
		while(*p == ' ' || (*p >= 'a' && *p <= 'z'))
			p++;
		a = number(&p);
		b = number(&p);
		if(file == s->file) {
			s->least = a < s->least ? a : s->least;
			s->most = b > s->most ? b : s->most;
			return;
		}
	}
	say(s, "copy");
	say(s, e);
	exits(s->msg);
}

static int
copy(Self *s, int flags)
{
	int pid;

	pid = rfork(RFPROC | flags);
	if(pid < 0) {
		say(s, "rfork failed");
		exits(s->msg);
	}
	return pid;
}

static u32int
be32(const uchar *p)
{
	return (u32int)p[0] << 24 | (u32int)p[1] << 16 | (u32int)p[2] << 8 |
	    p[3];
}

/* Sizes, from our own header: it is the first thing in text. */
static void
header(Self *s)
{
	const uchar *h;

	h = (const uchar *)UTZERO;
	s->text = be32(h + 4) + EXECHDR64;
	s->data = be32(h + 8);
	s->bss = be32(h + 12);
	s->textpages = (s->text + BY2PG - 1) / BY2PG;
	s->datapages = (s->data + BY2PG - 1) / BY2PG;
	s->bsspages = (s->data + s->bss + BY2PG - 1) / BY2PG - s->datapages;
	s->database = (UTZERO + s->text + UTROUND - 1) & ~(UTROUND - 1);
}

void
main(int argc, char *argv[])
{
	Self self, *s;
	int pid;

	s = &self;
	s->m = s->msg;
	if(argc < 4) {
		say(s, "usage: tagged file seed mode");
		exits(s->msg);
	}
	s->file = number(&argv[1]);
	s->seed = number(&argv[2]);
	s->lazy = argv[3][0] == 'l';
	s->flipped = 0;
	s->version = ~0U;
	s->least = ~0U;
	s->most = 0;
	header(s);
	pid = 0;
	if(argv[3][0] == 'F') {
		pid = copy(s, RFFDG);
		s->seed += pid == 0;
	}
	check(s);
	flip(s);
	switch(argv[3][0]) {
	case 't':
		check(s);
		break;
	case 'f':
		pid = copy(s, RFFDG);
		if(pid != 0)
			flip(s);
		check(s);
		break;
	case 'm':
		pid = copy(s, RFFDG | RFMEM);
		s->seed += pid == 0;
		check(s);
		break;
	case 's':
		for(;;) {
			check(s);
			sleep(1);
		}
	case 'x':
		exec(argv[4], argv + 4);
		say(s, "exec failed");
		exits(s->msg);
	}
	if(pid != 0)
		join(s, pid);
	done(s);
}
