/*
 * namespace(6) files: a name space, described in lines.
 *
 *   bind [-abcC] new old
 *   mount [-abcC] servename old [spec]
 *   unmount [new] old
 *   cd dir
 *   clear
 *   . path
 *
 * Arguments are separated by blanks, and quoted as rc does; $name stands for an environment
 * variable's value. The first line that fails ends it, with an error that names it.
 */
#include "ns/nsdat.h"

enum
{
	MAXARG = 8, /* more than any operation has */
	MAXNEST = 8, /* of files by "." */
	MAXFILE = 1 * MiB, /* bytes of a file */
};

/* A line while it is carried out. */
typedef struct Line Line;
struct Line
{
	/* expanded; smalloc'ed */
	char *arg[MAXARG];
	int narg;
	int flag;
	/* of a mount; -1 */
	int fd;
	/* "." file */
	Chan *c;
	/* and its contents */
	char *text;
	int depth;
};

static void nslines(const char *name, char *text, int depth);

static void
lineend(Line *l)
{
	int i;

	for(i = 0; i < l->narg; i++)
		free(l->arg[i]);
	free(l->text);
	if(l->c != nil)
		cclose(l->c);
}

/* The environment variable's value, smalloc'ed; empty if there is none. */
static char *
env(const char *name)
{
	char *v, c;
	long n;

	n = kgetenv(up->egrp, name, &c, 0);
	if(n < 0)
		n = 0;
	v = smalloc(n + 1);
	if(n > 0 && kgetenv(up->egrp, name, v, n) < 0)
		v[0] = '\0';
	return v;
}

/* Add n bytes to the last argument. */
static void
addtext(Line *l, const char *s, usize n)
{
	char *p;
	usize len;

	p = l->arg[l->narg - 1];
	len = strlen(p);
	if(len + n >= PATHMAX)
		error(Ename2long);
	p = realloc(p, len + n + 1);
	if(p == nil)
		error(Enomem);
	memmove(p + len, s, n);
	p[len + n] = '\0';
	l->arg[l->narg - 1] = p;
}

/* s begins with $; returns what follows the variable's name. */
static char *
expand(Line *l, char *s)
{
	char *v, *e;
	char c;

	for(e = s + 1; *e != '\0' && strchr(" \t/$", *e) == nil; e++)
		;
	c = *e;
	*e = '\0';
	v = env(s + 1);
	*e = c;
	if(waserror()) {
		free(v);
		nexterror();
	}
	addtext(l, v, strlen(v));
	poperror();
	free(v);
	return e;
}

/* s begins with a quote; returns what follows the quoted text. */
static char *
quotedpart(Line *l, char *s)
{
	char *e;

	for(s++;; s = e + 1) {
		for(e = s; *e != '\'' && *e != '\0'; e++)
			;
		if(*e == '\0')
			error("missing quote");
		addtext(l, s, e - s);
		if(e[1] != '\'')
			return e + 1;
		/* two are one */
		addtext(l, e++, 1);
	}
}

/* An argument that begins at s; returns what follows. */
static char *
getarg(Line *l, char *s)
{
	char *e;

	if(l->narg == MAXARG)
		error("too many arguments");
	l->arg[l->narg] = smalloc(1);
	l->narg++;
	while(*s != '\0' && *s != ' ' && *s != '\t') {
		if(*s == '$')
			s = expand(l, s);
		else if(*s == '\'')
			s = quotedpart(l, s);
		else {
			for(e = s; *e != '\0' && strchr(" \t$'", *e) == nil;
			    e++)
				;
			addtext(l, s, e - s);
			s = e;
		}
	}
	return s;
}

/* Take the options that follow the operation's name: bind(1). */
static void
lineoptions(Line *l)
{
	static const struct
	{
		char c;
		int flag;
	} opt[] = {
	    {'a', MAFTER},
	    {'b', MBEFORE},
	    {'c', MCREATE},
	    {'C', MCACHE},
	};
	char *s;
	uint i;

	while(l->narg > 1 && l->arg[1][0] == '-' && l->arg[1][1] != '\0') {
		for(s = l->arg[1] + 1; *s != '\0'; s++) {
			for(i = 0; i < nelem(opt) && opt[i].c != *s; i++)
				;
			if(i == nelem(opt))
				errorf("unknown option -%c", *s);
			l->flag |= opt[i].flag;
		}
		free(l->arg[1]);
		l->narg--;
		memmove(
		    l->arg + 1, l->arg + 2, (l->narg - 1) * sizeof l->arg[0]);
	}
}

/* The operation has from min to max arguments. */
static void
narg(Line *l, int min, int max)
{
	if(l->narg - 1 < min || l->narg - 1 > max)
		errorf("wrong number of arguments to %s", l->arg[0]);
}

static void
opbind(Line *l)
{
	lineoptions(l);
	narg(l, 2, 2);
	kbind(l->arg[1], l->arg[2], l->flag);
}

static void
opmount(Line *l)
{
	lineoptions(l);
	narg(l, 2, 3);
	l->c = namec(l->arg[1], Aopen, ORDWR, 0);
	l->fd = newfd(l->c, 0);
	l->c = nil;
	if(waserror()) {
		fdclose(l->fd);
		nexterror();
	}
	kmount(l->fd, -1, l->arg[2], l->flag, l->narg > 3 ? l->arg[3] : "");
}

static void
opunmount(Line *l)
{
	narg(l, 1, 2);
	if(l->narg == 2)
		kunmount(nil, l->arg[1]);
	else
		kunmount(l->arg[1], l->arg[2]);
}

static void
opcd(Line *l)
{
	narg(l, 1, 1);
	kchdir(l->arg[1]);
}

/* rfork(RFCNAMEG) */
static void
opclear(Line *l)
{
	Pgrp *p, *old;

	narg(l, 0, 0);
	p = newpgrp();
	old = up->pgrp;
	p->denied = loadrelaxed(&old->denied);
	qlock(&up->namelock);
	up->pgrp = p;
	qunlock(&up->namelock);
	closepgrp(old);
}

/* All of l->c. */
static void
readnsfile(Line *l)
{
	usize n, max;
	long nn;

	n = 0;
	for(max = IOUNIT; max <= MAXFILE; max *= 2) {
		char *p = realloc(l->text, max + 1);
		if(p == nil)
			error(Enomem);
		l->text = p;
		do {
			nn = chanread(l->c, p + n, max - n, n);
			n += nn;
		} while(nn > 0 && n < max);
		if(n < max) {
			p[n] = '\0';
			return;
		}
	}
	error("file too long");
}

static void
opdot(Line *l)
{
	narg(l, 1, 1);
	if(l->depth == MAXNEST)
		error("files nested too deeply");
	l->c = namec(l->arg[1], Aopen, OREAD, 0);
	readnsfile(l);
	nslines(l->arg[1], l->text, l->depth + 1);
}

static void
doline(Line *l, char *s)
{
	static const struct
	{
		const char *name;
		void (*f)(Line *);
	} op[] = {
	    {"bind", opbind},
	    {"mount", opmount},
	    {"unmount", opunmount},
	    {"cd", opcd},
	    {"clear", opclear},
	    {".", opdot},
	};
	uint i;

	for(;;) {
		while(*s == ' ' || *s == '\t' || *s == '\r')
			s++;
		if(*s == '\0' || (*s == '#' && l->narg == 0))
			break;
		s = getarg(l, s);
	}
	if(l->narg == 0)
		return;
	for(i = 0; i < nelem(op); i++) {
		if(strcmp(l->arg[0], op[i].name) == 0) {
			op[i].f(l);
			return;
		}
	}
	errorf("unknown operation %q", l->arg[0]);
}

/* Carry out a line: 0, or -1 with up's error string. */
static int
tryline(char *s, int depth)
{
	Line l;

	memset(&l, 0, sizeof l);
	l.depth = depth;
	if(waserror()) {
		lineend(&l);
		return -1;
	}
	doline(&l, s);
	poperror();
	lineend(&l);
	return 0;
}

static void
nslines(const char *name, char *text, int depth)
{
	char err[ERRMAX];
	char *next;
	int line;

	for(line = 1; text != nil; line++, text = next) {
		next = strchr(text, '\n');
		if(next != nil)
			*next++ = '\0';
		if(tryline(text, depth) < 0) {
			strecpy(err, err + sizeof err, up->errstr);
			errorf("%s:%d: %s", name, line, err);
		}
	}
}

void
nsfile(const char *name, char *text)
{
	nslines(name, text, 0);
}
