/*
 * Names as text: which are valid, their elements, and errors that quote them.
 */
#include "ns/nsdat.h"

void
validname(const char *name, int slashok)
{
	const char *s;

	if(strlen(name) >= PATHMAX)
		error(Ename2long);
	for(s = name; *s != '\0'; s++)
		if((uchar)*s < ' ' || *s == 0x7f || (*s == '/' && !slashok))
			error(Ebadchar);
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

/* The first n bytes of name, quoted, into [p, e), as much of its end as fits. */
static char *
quotetail(char *p, char *e, const char *name, usize n)
{
	const char *s;
	usize len, room;

	room = e - p - sizeof "'...'";
	len = 0;
	for(s = name + n; s > name; s--) {
		len += s[-1] == '\'' ? 2 : 1;
		if(len > room)
			break;
	}
	*p++ = '\'';
	if(s > name) {
		/* not inside a UTF-8 sequence */
		while(s < name + n && (*s & 0xc0) == 0x80)
			s++;
		p = strecpy(p, e, "...");
	}
	for(; s < name + n; s++) {
		if(*s == '\'')
			*p++ = '\'';
		*p++ = *s;
	}
	*p++ = '\'';
	*p = '\0';
	return p;
}

void
prefixerror(const char *name, usize n)
{
	char buf[ERRMAX], err[ERRMAX];
	char *p;
	usize elen, room;

	/* this error is not about the file, and programs look for its text alone */
	if(n == 0 || strcmp(up->errstr, Eintr) == 0)
		nexterror();
	strecpy(err, err + sizeof err, up->errstr);
	elen = strlen(err) + 1;
	/* the name gets what err leaves, a third at least */
	room = ERRMAX / 3;
	if(elen < ERRMAX - room)
		room = ERRMAX - elen;
	p = quotetail(buf, buf + room, name, n);
	*p++ = ' ';
	strecpy(p, buf + sizeof buf, err);
	error(buf);
}

void
nameerror(const char *name, const char *err)
{
	strecpy(up->errstr, up->errstr + ERRMAX, err);
	prefixerror(name, strlen(name));
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
