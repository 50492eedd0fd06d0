/*
 * Fields of a line, and rc's quotes: getfields(2), quote(2).
 */
#include "lib/lib.h"

/* Is the rune at s one of delims? *n becomes its length in bytes. A malformed byte is a
 * delimiter only if delims contains that byte. */
static int
isdelim(const char *s, const char *delims, int *n)
{
	Rune r, d;
	int m;

	*n = chartorune(&r, s);
	for(; *delims != 0; delims += m) {
		m = chartorune(&d, delims);
		if(d == r && m == *n && *delims == *s)
			return 1;
	}
	return 0;
}

int
getfields(char *s, char **argv, int max, int multi, const char *delims)
{
	int n, nf;

	if(max <= 0)
		return 0;
	nf = 0;
	for(;;) {
		if(multi) {
			while(*s != 0 && isdelim(s, delims, &n))
				s += n;
			if(*s == 0)
				return nf;
		}
		argv[nf++] = s;
		if(nf == max)
			return nf;
		while(*s != 0 && !isdelim(s, delims, &n))
			s += n;
		if(*s == 0)
			return nf;
		*s = 0;
		s += n;
	}
}

static int
isfieldblank(int c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/*
 * Take the quotes out of the token at s, and end it with a NUL. Returns what follows. The token
 * only becomes shorter, so it is rewritten in place.
 */
static char *
token(char *s)
{
	char *to;
	int quoted;

	quoted = 0;
	for(to = s; *s != 0; s++) {
		if(*s == '\'') {
			if(quoted && s[1] == '\'')
				*to++ = *s++;
			else
				quoted = !quoted;
			continue;
		}
		if(!quoted && isfieldblank(*s)) {
			*to = 0;
			return s + 1;
		}
		*to++ = *s;
	}
	*to = 0;
	return s;
}

int
tokenize(char *s, char **argv, int max)
{
	int nf;

	for(nf = 0; nf < max; nf++) {
		while(isfieldblank(*s))
			s++;
		if(*s == 0)
			break;
		argv[nf] = s;
		s = token(s);
	}
	return nf;
}

int
needsquote(const char *s)
{
	if(*s == 0)
		return 1;
	for(; *s != 0; s++)
		if((uchar)*s <= ' ' || *s == '\'')
			return 1;
	return 0;
}
