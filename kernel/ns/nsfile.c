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
 * Blanks separate arguments, which are quoted as in rc; $name stands for the value of an
 * environment variable. An operation that cannot be done is skipped, as newns(2) does: a file
 * lists more than each machine has. What becomes of a line that is no such operation, the caller says:
 * an error that names the line, or the next line.
 */
#include "ns/nsdat.h"

enum
{
	/* more arguments than any operation has */
	MAXARG = 8,
	/* how deep files may nest by "." */
	MAXNEST = 8,
	/* the most bytes in a file */
	MAXFILE = 1 * MiB,
};

/* What separates arguments. A line may end as lines of other systems do. */
#define BLANKS " \t\r"

/* A line that is being carried out. */
typedef struct Line Line;
struct Line
{
	/* the arguments, expanded; smalloc'ed */
	char *arg[MAXARG];
	int narg;
	int flag;
	/* the connection to mount, or -1 */
	int fd;
	/* the file that "." reads */
	Chan *c;
	/* its contents */
	char *text;
	/* the file was read, so the errors of its lines count */
	int reading;
	int depth;
	/* nsfile's */
	void (*wrong)(const char *);
};

static void nslines(
    const char *name, char *text, int depth, void (*wrong)(const char *));

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

/* The value of an environment variable, smalloc'ed; empty if there is none. */
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

/* Add the value of the variable at s, which begins with $. Returns what follows its name. namespace(6) says
 * that a name ends at a blank, a slash or a $; newns(2) also ends it at these others. */
static char *
expand(Line *l, char *s)
{
	char *v, *e;
	char c;

	for(e = s + 1; *e != '\0' && strchr(BLANKS "/$.!'", *e) == nil; e++)
		;
	c = *e;
	*e = '\0';
	v = env(s + 1);
	*e = c;
	onerror(free(v));
	addtext(l, v, strlen(v));
	poperror();
	free(v);
	return e;
}

/* Add the quoted text at s, which begins with a quote. Returns what follows it. */
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
		/* two quotes stand for one */
		addtext(l, e++, 1);
	}
}

/* Take the argument that begins at s. Returns what follows it. */
static char *
getarg(Line *l, char *s)
{
	char *e;

	if(l->narg == MAXARG)
		error("too many arguments");
	l->arg[l->narg] = smalloc(1);
	l->narg++;
	while(*s != '\0' && strchr(BLANKS, *s) == nil) {
		if(*s == '$')
			s = expand(l, s);
		else if(*s == '\'')
			s = quotedpart(l, s);
		else {
			for(e = s; *e != '\0' && strchr(BLANKS "$'", *e) == nil;
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
	int ended;

	ended = 0;
	while(!ended && l->narg > 1 && l->arg[1][0] == '-' &&
	    l->arg[1][1] != '\0') {
		ended = strcmp(l->arg[1], "--") == 0;
		for(s = l->arg[1] + 1; *s != '\0'; s++) {
			for(i = 0; i < nelem(opt) && opt[i].c != *s; i++)
				;
			/* other options are ignored: 9front has -q, and may get others */
			if(i < nelem(opt))
				l->flag |= opt[i].flag;
		}
		free(l->arg[1]);
		l->narg--;
		memmove(
		    l->arg + 1, l->arg + 2, (l->narg - 1) * sizeof l->arg[0]);
	}
}

static void
opbind(Line *l)
{
	kbind(l->arg[1], l->arg[2], l->flag);
}

static void
opmount(Line *l)
{
	l->c = namec(l->arg[1], Aopen, ORDWR, 0);
	l->fd = newfd(l->c, 0);
	l->c = nil;
	onerror(fdclose(l->fd));
	kmount(l->fd, -1, l->arg[2], l->flag, l->narg > 3 ? l->arg[3] : "");
	poperror();
}

static void
opunmount(Line *l)
{
	if(l->narg == 2)
		kunmount(nil, l->arg[1]);
	else
		kunmount(l->arg[1], l->arg[2]);
}

static void
opcd(Line *l)
{
	kchdir(l->arg[1]);
}

/* rfork(RFCNAMEG) */
static void
opclear(Line *l)
{
	Pgrp *p, *old;

	USED(l);
	p = cleanpgrp();
	old = up->pgrp;
	p->denied = loadrelaxed(&old->denied);
	qlock(&up->namelock);
	up->pgrp = p;
	qunlock(&up->namelock);
	closepgrp(old);
}

/* Read all of l->c. */
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
	l->c = namec(l->arg[1], Aopen, OREAD, 0);
	l->reading = 1;
	if(l->depth == MAXNEST)
		error("files nested too deeply");
	if(l->c->qid.type & QTDIR)
		error(Eisdir);
	readnsfile(l);
	nslines(l->arg[1], l->text, l->depth + 1, l->wrong);
}

typedef struct Op Op;
struct Op
{
	const char *name;
	void (*f)(Line *);
	/* the fewest and the most arguments */
	int min;
	int max;
	int options;
};

static const Op *
findop(const char *name)
{
	static const Op op[] = {
	    {"bind", opbind, 2, 2, 1},
	    {"mount", opmount, 2, 3, 1},
	    {"unmount", opunmount, 1, 2, 0},
	    {"cd", opcd, 1, 1, 0},
	    {"clear", opclear, 0, 0, 0},
	    {".", opdot, 1, 1, 0},
	};
	uint i;

	for(i = 0; i < nelem(op); i++)
		if(strcmp(name, op[i].name) == 0)
			return &op[i];
	errorf("unknown operation %q", name);
}

/* Do the operation. An error is ignored, unless it is in a file's line. */
static void
tryop(const Op *op, Line *l)
{
	if(waserror()) {
		if(l->reading || strcmp(up->errstr, Eintr) == 0)
			nexterror();
		return;
	}
	op->f(l);
	poperror();
}

static void
doline(Line *l, char *s)
{
	const Op *op;

	for(;;) {
		while(*s != '\0' && strchr(BLANKS, *s) != nil)
			s++;
		if(*s == '\0' || (*s == '#' && l->narg == 0))
			break;
		s = getarg(l, s);
	}
	if(l->narg == 0)
		return;
	op = findop(l->arg[0]);
	if(op->options)
		lineoptions(l);
	if(l->narg - 1 < op->min || l->narg - 1 > op->max)
		errorf("wrong number of arguments to %s", op->name);
	tryop(op, l);
}

/* Carry out a line. Returns 0, or -1 with up's error string. */
static int
tryline(char *s, int depth, void (*wrong)(const char *))
{
	Line l;

	memset(&l, 0, sizeof l);
	l.depth = depth;
	l.wrong = wrong;
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
nslines(const char *name, char *text, int depth, void (*wrong)(const char *))
{
	char err[ERRMAX], where[ERRMAX];
	char *next;
	int line;

	for(line = 1; text != nil; line++, text = next) {
		next = strchr(text, '\n');
		if(next != nil)
			*next++ = '\0';
		if(tryline(text, depth, wrong) == 0)
			continue;
		strecpy(err, err + sizeof err, up->errstr);
		snprint(where, sizeof where, "%s:%d: %s", name, line, err);
		if(wrong == nil)
			error(where);
		if(strcmp(err, Eintr) == 0)
			error(err);
		wrong(where);
	}
}

void
nsfile(const char *name, char *text, void (*wrong)(const char *))
{
	nslines(name, text, 0, wrong);
}
