/*
 * Bytes and strings. The mem functions are what compilers call behind a
 * program's back, so they are string instructions: a loop would be compiled
 * into a call of itself.
 */
#include "lib.h"

void *
memset(void *p, int c, usize n)
{
	void *to = p;

	__asm__ volatile("rep stosb" : "+D"(to), "+c"(n) : "a"(c) : "memory");
	return p;
}

void *
memcpy(void *to, const void *from, usize n)
{
	void *t = to;

	__asm__ volatile("rep movsb"
			 : "+D"(t), "+S"(from), "+c"(n)
			 :
			 : "memory");
	return to;
}

void *
memmove(void *to, const void *from, usize n)
{
	uchar *t = to;
	const uchar *f = from;

	if((uintptr)t - (uintptr)f >= n)
		return memcpy(to, from, n);
	t += n - 1;
	f += n - 1;
	__asm__ volatile("std; rep movsb; cld"
			 : "+D"(t), "+S"(f), "+c"(n)
			 :
			 : "memory");
	return to;
}

int
memcmp(const void *a, const void *b, usize n)
{
	const uchar *p = a, *q = b;

	for(; n > 0; n--, p++, q++)
		if(*p != *q)
			return *p < *q ? -1 : 1;
	return 0;
}

usize
strlen(const char *s)
{
	const char *p;

	for(p = s; *p != 0; p++)
		;
	return p - s;
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
	for(; n > 0; a++, b++, n--) {
		if(*a != *b)
			return (uchar)*a < (uchar)*b ? -1 : 1;
		if(*a == 0)
			return 0;
	}
	return 0;
}

char *
strcpy(char *to, const char *from)
{
	memcpy(to, from, strlen(from) + 1);
	return to;
}

char *
strchr(const char *s, int c)
{
	for(;; s++) {
		if(*s == (char)c)
			return (char *)s;
		if(*s == 0)
			return nil;
	}
}

char *
strrchr(const char *s, int c)
{
	char *last = nil;

	for(;; s++) {
		if(*s == (char)c)
			last = (char *)s;
		if(*s == 0)
			return last;
	}
}

char *
strstr(const char *s, const char *sub)
{
	usize n = strlen(sub);

	for(;; s++) {
		if(strncmp(s, sub, n) == 0)
			return (char *)s;
		if(*s == 0)
			return nil;
	}
}

char *
strecpy(char *to, char *e, const char *from)
{
	if(to >= e)
		return to;
	for(; to < e - 1 && *from != 0; to++, from++)
		*to = *from;
	*to = 0;
	return to;
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

vlong
strtoll(const char *s, char **rest, int base)
{
	uvlong v = 0;
	int neg = 0;

	while(*s == ' ' || *s == '\t' || *s == '\n')
		s++;
	if(*s == '-' || *s == '+')
		neg = *s++ == '-';
	if((base == 0 || base == 16) && s[0] == '0' &&
	    (s[1] == 'x' || s[1] == 'X') && digit(s[2]) < 16) {
		s += 2;
		base = 16;
	}
	if(base == 0)
		base = *s == '0' ? 8 : 10;
	for(; digit(*s) < base; s++)
		v = v * base + digit(*s);
	if(rest != nil)
		*rest = (char *)s;
	return neg ? -(vlong)v : (vlong)v;
}

int
atoi(const char *s)
{
	return strtoll(s, nil, 10);
}

int
tokenize(char *s, char **args, int maxargs, char *seps)
{
	int n;

	for(n = 0; n < maxargs; n++) {
		while(*s != 0 && strchr(seps, *s) != nil)
			s++;
		if(*s == 0)
			break;
		args[n] = s;
		while(*s != 0 && strchr(seps, *s) == nil)
			s++;
		if(*s != 0)
			*s++ = 0;
	}
	return n;
}
