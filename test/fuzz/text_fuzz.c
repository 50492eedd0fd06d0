/*
 * Text from anybody through UTF-8, quoting, fields and copies that are cut.
 * The first two bytes choose buffer sizes; the rest is the text.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "lib/lib.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define check(x)                                                               \
	do {                                                                   \
		if(!(x))                                                       \
			abort();                                               \
	} while(0)

enum
{
	MAXF = 16,
};

static char *
copyof(const char *s, size_t n)
{
	char *p;

	p = malloc(n + 1);
	memcpy(p, s, n);
	p[n] = 0;
	return p;
}

/* Is t a prefix of s that ends between characters? */
static int
wholeprefix(const char *t, const char *s)
{
	const char *e;
	Rune r;

	e = s + strlen(t);
	if(strncmp(t, s, strlen(t)) != 0)
		return 0;
	while(s < e)
		s += chartorune(&r, s);
	return s == e;
}

static void
cuts(const char *s, size_t n)
{
	char *buf, *e;

	buf = malloc(n);
	e = strecpy(buf, buf + n, s);
	check(e < buf + n && *e == 0 && wholeprefix(buf, s));
	e = seprint(buf, buf + n, "%s", s);
	check(e < buf + n && *e == 0 && wholeprefix(buf, s));
	/* one more character would not have fitted */
	if(strlen(s) >= n)
		check(n - strlen(buf) <= UTFmax);
	else
		check(strcmp(buf, s) == 0);
	free(buf);
}

static void
quotes(const char *s)
{
	char *line, *f[3];
	size_t n;

	n = 4 * strlen(s) + 16; /* every byte a quote */
	line = malloc(n);
	snprint(line, n, "%q  %q", s, s);
	check(tokenize(line, f, 3) == 2);
	check(strcmp(f[0], s) == 0 && strcmp(f[1], s) == 0);
	free(line);
}

static void
fields(const char *s, int max, int multi)
{
	static const char delims[] = " :\xC3\xA9\xE2\x82";
	char *p, *f[MAXF];
	int n;

	p = copyof(s, strlen(s));
	n = getfields(p, f, max, multi, delims);
	check(n >= 0 && n <= max);
	for(int i = 0; i < n; i++)
		check(f[i] >= p && f[i] + strlen(f[i]) <= p + strlen(s));
	free(p);
	p = copyof(s, strlen(s));
	n = tokenize(p, f, max);
	check(n >= 0 && n <= max);
	free(p);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *s;
	Rune r;

	if(size < 2)
		return 0;
	s = copyof((const char *)data + 2, size - 2);
	for(char *p = s; *p != 0;)
		p += chartorune(&r, p);
	cuts(s, 1 + data[0]);
	quotes(s);
	fields(s, data[1] % MAXF, data[1] & 0x80);
	free(s);
	return 0;
}
