/*
 * C strings and numbers: the functions whose names and behaviour are standard C's. The test
 * machine uses its own library's instead. What Plan 9 adds is in utf.c and field.c.
 */
#include "lib/lib.h"

usize
strlen(const char *s)
{
	const char *p;

	for(p = s; *p != 0; p++)
		;
	return (usize)(p - s);
}

int
strcmp(const char *a, const char *b)
{
	for(; *a == *b; a++, b++)
		if(*a == 0)
			return 0;
	return (uchar)*a < (uchar)*b ? -1 : 1;
}

int
strncmp(const char *a, const char *b, usize n)
{
	for(; n > 0; n--, a++, b++) {
		if(*a != *b)
			return (uchar)*a < (uchar)*b ? -1 : 1;
		if(*a == 0)
			break;
	}
	return 0;
}

char *
strchr(const char *s, int c)
{
	for(; *s != (char)c; s++)
		if(*s == 0)
			return nil;
	return (char *)(uintptr)s;
}

char *
strrchr(const char *s, int c)
{
	const char *last;

	last = nil;
	do {
		if(*s == (char)c)
			last = s;
	} while(*s++ != 0);
	return (char *)(uintptr)last;
}

char *
strstr(const char *s, const char *sub)
{
	usize n;

	n = strlen(sub);
	for(; strncmp(s, sub, n) != 0; s++)
		if(*s == 0)
			return nil;
	return (char *)(uintptr)s;
}

static int
digit(int c)
{
	if(c >= '0' && c <= '9')
		return c - '0';
	if(c >= 'a' && c <= 'z')
		return c - 'a' + 10;
	if(c >= 'A' && c <= 'Z')
		return c - 'A' + 10;
	return 99;
}

static int
isspace9(int c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/*
 * The number at s, without blanks and sign. If it does not fit, *over is set and the result is
 * the largest value. *end becomes s if there is no digit.
 */
static uvlong
magnitude(const char *s, const char **end, int base, int *over)
{
	uvlong v;
	int d, hex;

	hex = s[0] == '0' && (s[1] == 'x' || s[1] == 'X') && digit(s[2]) < 16;
	if(base == 0)
		base = hex ? 16 : s[0] == '0' ? 8 : 10;
	if(base == 16 && hex)
		s += 2;
	v = 0;
	*over = 0;
	*end = s;
	for(; (d = digit(*s)) < base; s++) {
		if(__builtin_mul_overflow(v, (uvlong)base, &v) ||
		    __builtin_add_overflow(v, (uvlong)d, &v))
			*over = 1;
		*end = s + 1;
	}
	return *over ? ~0ULL : v;
}

/* Skip blanks and a sign. *neg becomes the sign. Returns where the number starts. */
static const char *
sign(const char *s, int *neg)
{
	while(isspace9(*s))
		s++;
	*neg = *s == '-';
	if(*s == '-' || *s == '+')
		s++;
	return s;
}

uvlong
strtoull(const char *s, char **end, int base)
{
	const char *p, *q;
	uvlong v;
	int neg, over;

	p = sign(s, &neg);
	v = magnitude(p, &q, base, &over);
	if(end != nil)
		*end = (char *)(uintptr)(q == p ? s : q);
	return neg && !over ? -v : v;
}

int
atoi(const char *s)
{
	const char *p, *end;
	uvlong v, most;
	int neg, over;

	p = sign(s, &neg);
	v = magnitude(p, &end, 0, &over);
	most = 0x7FFFFFFFULL + (uvlong)neg;
	if(v > most)
		v = most;
	return (int)(neg ? -v : v);
}

const char *
lastelem(const char *path)
{
	const char *p;

	p = strrchr(path, '/');
	return p != nil && p[1] != 0 ? p + 1 : path;
}
