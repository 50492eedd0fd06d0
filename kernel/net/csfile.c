/*
 * #I: the files cs and dns. A query is what is written, its answers are what is read.
 *
 * The kernel answers numeric addresses itself, so a program that asks for no names starts no
 * run9-resolve. Other queries go to the file of run9-resolve (resolver.c), which stays open behind the
 * Chan.
 */
#include "net/netdat.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	/* of a query and its NUL; an answer of the kernel's has more around it */
	Maxquery = 1024,
	Maxtext = Maxquery + 64,
};

/* A Chan's aux. */
typedef struct Csfile Csfile;
struct Csfile
{
	/* "cs" or "dns" */
	const char *name;
	/* guards what follows. Rank Rcsfile */
	QLock lk;
	/* the file of run9-resolve; nil: there is none yet, or text is the answer */
	Chan *served;
	/* the answer of the kernel */
	char text[Maxtext];
};

/* f's answers come from c, whose reference it takes over, or are text. */
static void
answersfrom(Csfile *f, Chan *c, const char *text)
{
	Chan *old;

	qlock(&f->lk);
	old = f->served;
	f->served = c;
	strecpy(f->text, f->text + sizeof f->text, text);
	qunlock(&f->lk);
	if(old != nil)
		cclose(old);
}

/* The file that f's answers come from, with a reference; nil. */
static Chan *
servedby(Csfile *f)
{
	Chan *c;

	qlock(&f->lk);
	c = f->served;
	if(c != nil)
		incref(&c->r);
	qunlock(&f->lk);
	return c;
}

static void
freecsfile(Csfile *f)
{
	if(f->served != nil)
		cclose(f->served);
	free(f);
}

Chan *
csfileopen(Chan *c, int kind, int omode)
{
	Csfile *f;

	f = smalloc(sizeof *f);
	setqrank(&f->lk, Rcsfile);
	f->name = kind == Qcs ? "cs" : "dns";
	onerror(freecsfile(f));
	if(kind == Qdns) {
		f->served = resolverfile(f->name, openmode(omode));
		if(f->served == nil)
			error(whynoresolver());
	}
	poperror();
	c->aux = f;
	c->mode = openmode(omode);
	c->offset = 0;
	c->flag |= COPEN;
	return c;
}

void
csfileclose(Chan *c)
{
	freecsfile(c->aux);
	c->aux = nil;
}

long
csfileread(Chan *c, void *buf, long n, vlong off)
{
	char text[Maxtext];
	Csfile *f;
	Chan *s;
	long m;

	f = c->aux;
	s = servedby(f);
	if(s == nil) {
		qlock(&f->lk);
		strecpy(text, text + sizeof text, f->text);
		qunlock(&f->lk);
		return readstr(off, buf, n, text);
	}
	onerror(cclose(s));
	m = devtab[s->type]->read(s, buf, n, off);
	poperror();
	cclose(s);
	return m;
}

/* An error of run9-resolve's begins with the file's name. */
static int
isanswer(Csfile *f, const char *err)
{
	usize n;

	n = strlen(f->name);
	return strncmp(err, f->name, n) == 0 && err[n] == ':';
}

/* up's query of s failed. If that is no answer, s may have died: the next query goes to another file. */
static void
failed(Csfile *f, Chan *s)
{
	int lost;

	lost = 0;
	if(strcmp(up->errstr, Eintr) != 0 && !isanswer(f, up->errstr)) {
		qlock(&f->lk);
		lost = f->served == s;
		if(lost)
			f->served = nil;
		qunlock(&f->lk);
	}
	if(lost)
		cclose(s);
	cclose(s);
}

/* The file of run9-resolve that carries out f's queries, with a reference. nil: there is none. Errors. */
static Chan *
server(Csfile *f, int omode)
{
	Chan *s;

	s = servedby(f);
	if(s != nil)
		return s;
	s = resolverfile(f->name, omode);
	if(s == nil)
		return nil;
	incref(&s->r);
	answersfrom(f, s, "");
	return s;
}

/* Have s carry out the query, and drop the reference to it. Errors. */
static void
forward(Csfile *f, Chan *s, const char *query, long n, vlong off)
{
	onerror(failed(f, s));
	devtab[s->type]->write(s, query, n, off);
	poperror();
	cclose(s);
}

/* There is no run9-resolve: the kernel answers as well as it can. Errors. */
static void
ownanswer(Csfile *f, char *query)
{
	char text[Maxtext];

	if(*f->name == 'd')
		error(whynoresolver());
	*text = 0;
	answersfrom(f, nil, text);
	owncs(query, text, text + sizeof text);
	answersfrom(f, nil, text);
}

long
csfilewrite(Chan *c, const void *buf, long n, vlong off)
{
	char query[Maxquery], line[Maxquery], text[Maxtext];
	Csfile *f;
	Chan *s;

	f = c->aux;
	if(n >= Maxquery)
		errorf("%s: request too long", f->name);
	memmove(query, buf, n);
	query[n] = 0;
	strecpy(line, line + sizeof line, query);
	if(n > 0 && line[n - 1] == '\n')
		line[n - 1] = 0;
	*text = 0;
	if(*f->name == 'c' && numericcs(line, text, text + sizeof text)) {
		answersfrom(f, nil, text);
		return n;
	}
	s = server(f, c->mode);
	if(s != nil)
		forward(f, s, query, n, off);
	else {
		if(n > 0 && query[n - 1] == '\n')
			query[n - 1] = 0;
		ownanswer(f, query);
	}
	return n;
}
