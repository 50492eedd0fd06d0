/*
 * UTF-8: utf(6) and rune(2), and the string functions that depend on it.
 *
 * A byte that starts no well-formed sequence (overlong, a surrogate, beyond Runemax, cut short)
 * counts as one Runeerror. So malformed text passes through byte by byte, and nothing reads
 * behind a NUL.
 */
#include "lib/lib.h"

enum
{
	/* smaller runes have one byte */
	Runeself = 0x80,
	Surrmin = 0xD800,
	Surrmax = 0xDFFF,
};

/* How many bytes the sequence that starts with c has; 1 if c starts none. */
static int
seqlen(int c)
{
	if(c >= 0xC2 && c <= 0xDF)
		return 2;
	if(c >= 0xE0 && c <= 0xEF)
		return 3;
	if(c >= 0xF0 && c <= 0xF4)
		return 4;
	return 1;
}

int
chartorune(Rune *r, const char *s)
{
	/* the smallest rune that needs that many bytes */
	static const Rune least[UTFmax + 1] = {0, 0, 0x80, 0x800, 0x10000};
	const uchar *p;
	Rune v;
	int i, n;

	p = (const uchar *)s;
	if(p[0] < Runeself) {
		*r = p[0];
		return 1;
	}
	n = seqlen(p[0]);
	if(n == 1)
		goto bad;
	v = p[0] & (0x7F >> n);
	for(i = 1; i < n; i++) {
		if((p[i] & 0xC0) != 0x80)
			goto bad;
		v = v << 6 | (p[i] & 0x3F);
	}
	if(v < least[n] || v > Runemax || (v >= Surrmin && v <= Surrmax))
		goto bad;
	*r = v;
	return n;
bad:
	*r = Runeerror;
	return 1;
}

int
runetochar(char *s, const Rune *r)
{
	Rune v;

	v = *r;
	if(v > Runemax || (v >= Surrmin && v <= Surrmax))
		v = Runeerror;
	if(v < Runeself) {
		s[0] = (char)v;
		return 1;
	}
	if(v < 0x800) {
		s[0] = (char)(0xC0 | v >> 6);
		s[1] = (char)(0x80 | (v & 0x3F));
		return 2;
	}
	if(v < 0x10000) {
		s[0] = (char)(0xE0 | v >> 12);
		s[1] = (char)(0x80 | (v >> 6 & 0x3F));
		s[2] = (char)(0x80 | (v & 0x3F));
		return 3;
	}
	s[0] = (char)(0xF0 | v >> 18);
	s[1] = (char)(0x80 | (v >> 12 & 0x3F));
	s[2] = (char)(0x80 | (v >> 6 & 0x3F));
	s[3] = (char)(0x80 | (v & 0x3F));
	return 4;
}

char *
strecpy(char *p, char *e, const char *s)
{
	Rune r;
	int n;

	for(;;) {
		/* most text is ASCII */
		while(*s != 0 && (uchar)*s < Runeself && e - p > 1)
			*p++ = *s++;
		if((uchar)*s < Runeself)
			break;
		n = chartorune(&r, s);
		if(e - p <= n)
			break;
		for(; n > 0; n--)
			*p++ = *s++;
	}
	*p = 0;
	return p;
}

char *
utfecpy(char *p, char *e, const char *s)
{
	char *start;

	for(start = p; p < e; p++)
		if((*p = *s++) == 0)
			return p;
	while(p > start && (*--p & 0xC0) == 0x80)
		;
	*p = 0;
	return p;
}

/* How many bytes a sequence that begins with c should have, well-formed or not. */
static usize
seqwants(int c)
{
	return c < Runeself ? 1 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : 4;
}

char *
utfclean(char *p, char *e, const char *s)
{
	char buf[UTFmax];
	Rune r;
	int n, i;

	for(; *s != 0; s += n) {
		n = chartorune(&r, s);
		if(r == Runeerror && n == 1 && strlen(s) < seqwants((uchar)*s))
			break;
		i = runetochar(buf, &r);
		if(e - p <= i)
			break;
		memmove(p, buf, (usize)i);
		p += i;
	}
	*p = 0;
	return p;
}
