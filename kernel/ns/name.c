/*
 * Names as text: their validity, their elements, and errors that quote them.
 */
#include "ns/nsdat.h"

void
validname(const char *name, int slashok)
{
	const char *s;

	if(strlen(name) >= PATHMAX)
		error(Ename2long);
	for(s = name; *s != '\0'; s++)
		if(isbadname(*s) || (*s == '/' && !slashok))
			errorf("%s: %q", Ebadchar, name);
}

int
isfilename(const char *name)
{
	const char *s;

	for(s = name; *s != '\0'; s++)
		if(isbadname(*s) || *s == '/')
			return 0;
	return *name != '\0' && strcmp(name, ".") != 0 &&
	    strcmp(name, "..") != 0;
}

int
isdevname(const char *name)
{
	Rune r;

	return name[0] == '#' && name[1] != '\0' &&
	    name[1 + chartorune(&r, name + 1)] == '\0';
}

Elems *
parsename(const char *name)
{
	Elems *e;
	usize len, max;
	char *p, *q;

	len = strlen(name);
	max = len / 2 + 1;
	e = smalloc(
	    sizeof *e + max * (sizeof e->elem[0] + sizeof e->end[0]) + len + 1);
	e->elem = (char **)(e + 1);
	e->end = (usize *)(e->elem + max);
	e->buf = (char *)(e->end + max);
	memmove(e->buf, name, len + 1);
	for(p = e->buf; *p != '\0'; p = q) {
		if(*p == '/') {
			e->mustbedir = 1;
			q = p + 1;
			continue;
		}
		for(q = p; *q != '/' && *q != '\0'; q++)
			;
		e->mustbedir = *q == '/';
		if(*q == '/')
			*q++ = '\0';
		if(strcmp(p, ".") == 0) {
			e->mustbedir = 1;
			continue;
		}
		e->elem[e->n] = p;
		e->end[e->n++] = p + strlen(p) - e->buf;
	}
	return e;
}

/* Is there room for len bytes of a name in an error of elen bytes? */
static int
showable(usize len, usize elen)
{
	return len < ERRMAX / 3 || len + elen < 2 * ERRMAX / 3;
}

/* Where the part of name begins that an error of elen bytes shows: at an element, unless the
 * last element is too long. */
static usize
shownfrom(const char *name, usize n, usize elen)
{
	usize from, next;

	if(showable(n, elen))
		return 0;
	next = n;
	do {
		from = next;
		while(--next > 0 && name[next] != '/')
			;
	} while(showable(n - next, elen));
	if(from == n)
		/* do not begin inside a UTF-8 sequence */
		for(from = n - ERRMAX / 4; (name[from] & 0xc0) == 0x80; from++)
			;
	return from;
}

/* Write bytes [from, n) of name, quoted, to [p, e), as many as fit. */
static void
quotename(char *p, char *e, const char *name, usize from, usize n)
{
	p = strecpy(p, e, from > 0 ? "'..." : "'");
	for(; from < n && p < e - 2; from++) {
		if(name[from] == '\'')
			*p++ = '\'';
		*p++ = name[from];
	}
	strecpy(p, e, "'");
}

void
suffixerror(const char *name, usize n)
{
	char buf[ERRMAX];
	char *p, *e;

	/* Eintr is not about the file, and programs look for exactly that text */
	if(n == 0 || strcmp(up->errstr, Eintr) == 0)
		nexterror();
	e = buf + sizeof buf;
	p = strecpy(buf, e, up->errstr);
	p = strecpy(p, e, ": ");
	quotename(p, e, name, shownfrom(name, n, strlen(up->errstr)), n);
	error(buf);
}

void
nameerror(const char *name, const char *err)
{
	strecpy(up->errstr, up->errstr + ERRMAX, err);
	suffixerror(name, strlen(name));
}

int
openmode(u32int omode)
{
	omode &= ~(OTRUNC | OCEXEC | ORCLOSE);
	if(omode > OEXEC)
		error(Ebadarg);
	if(omode == OEXEC)
		return OREAD;
	return omode;
}
