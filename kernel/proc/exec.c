/*
 * exec(2).
 *
 * Everything that can fail is done first, in the old program: the file, its header, the copy of
 * the arguments, the new Segments. After commitexec() only memory can be missing, which ends
 * the process.
 *
 * execargs.h has the limits of argv.
 */
#include "u.h"
#include "aout.h"
#include "tos.h"
#include "proc/execargs.h"
#include "proc/proc.h"
#include "proc/step.h"
#include "proc/sys.h"
#include "host/host.h"
#include "lib/lib.h"
#include "mm/mm.h"
#include "ns/ns.h"

enum
{
	/* bytes of a #! line */
	LineSize = 256,
	MaxLineArgs = 32,
	/* scripts of which each runs the next */
	MaxScripts = 8,
	Word = 8,
};

typedef struct Prog Prog;

/* The program to be run. */
struct Prog
{
	Chan *c;
	/* the name of the process: the path's last element */
	char *elem;
	Exechdr sizes;
	Args args;
};

static u32int
be32(const uchar *p)
{
	return (u32int)p[0] << 24 | (u32int)p[1] << 16 | (u32int)p[2] << 8 |
	    p[3];
}

/*
 * Check all of an a.out header, and fill p from it: a.out(6). The file may be shorter than the
 * header says; then the program runs until it touches a missing page.
 */
static void
header(Prog *p, const uchar *hdr, long n)
{
	u64int text, data, bss, entry, end;

	/* ELF's magic */
	if(n >= 4 && memcmp(hdr, "\177ELF", 4) == 0)
		error(Elinux);
	if(n < EXECHDR64 || be32(hdr) != S_MAGIC)
		error(Ebadexec);
	text = (u64int)be32(hdr + 4) + EXECHDR64;
	data = be32(hdr + 8);
	bss = be32(hdr + 12);
	entry = (u64int)be32(hdr + 32) << 32 | be32(hdr + 36);
	end = ROUNDUP(UTZERO + text, (u64int)UTROUND) + data + bss;
	if(end < UTZERO || hostreserved(UTZERO, end - UTZERO) ||
	    end > USTKTOP - USTKSIZE)
		error(Ebadexec);
	if(entry < UTZERO + EXECHDR64 || entry >= UTZERO + text)
		error(Ebadexec);
	p->sizes = (Exechdr){text, data, bss, entry};
}

/* Split "#!interpreter arg ..." in line into words, of which there is room for one too many.
 * Returns how many. */
static int
shargs(char *line, long n, char **words)
{
	char *e;
	int nwords;

	line[n] = 0;
	e = strchr(line, '\n');
	if(e == nil)
		error(Ebadexec);
	*e = 0;
	nwords = tokenize(line + 2, words, MaxLineArgs + 1);
	if(nwords == 0 || nwords > MaxLineArgs)
		error(Ebadexec);
	return nwords;
}

static Chan *
openexec(const char *path)
{
	Chan *c;

	c = namec(path, Aopen, OEXEC, 0);
	if(c->qid.type & QTDIR) {
		cclose(c);
		error(Eisdir);
	}
	return c;
}

static void
closeprog(Prog *p)
{
	if(p->c != nil)
		cclose(p->c);
	p->c = nil;
	free(p->elem);
	p->elem = nil;
	free(p->args.buf);
	p->args.buf = nil;
}

/* Has an earlier exec checked the header of a file with the same contents? */
static int
known(Prog *p)
{
	return (p->c->flag & CEXACT) && imageheader(p->c, &p->sizes);
}

/*
 * Open path, follow #! lines, check the header of the program at their end. A script adds its
 * arguments to p's: those of its interpreter first, if that is a script too. nscripts scripts
 * led to path. Returns how many of the caller's argv are replaced.
 */
static int
openlevel(Prog *p, const char *path, int nscripts)
{
	char line[LineSize + 1], *words[MaxLineArgs + 1];
	int i, nwords;
	long n;

	p->c = openexec(path);
	if(nscripts == 0) {
		step("exec: the file is looked up and opened");
		kstrdup(&p->elem, lastelem(path));
	}
	if(known(p))
		return 0;
	n = chanread(p->c, line, LineSize, 0);
	if(n < 2 || line[0] != '#' || line[1] != '!') {
		header(p, (uchar *)line, n);
		return 0;
	}
	if(nscripts == MaxScripts)
		error(Ebadexec);
	nwords = shargs(line, n, words);
	if(nscripts == 0)
		addarg(&p->args, p->elem);
	cclose(p->c);
	p->c = nil;
	openlevel(p, words[0], nscripts + 1);
	for(i = 1; i < nwords; i++)
		addarg(&p->args, words[i]);
	addarg(&p->args, path);
	return 1;
}

static int
openprog(Prog *p, const char *path)
{
	return openlevel(p, path, 0);
}

/* Does s overlap a Segment of new? */
static int
overlaps(Segment *s, Segment **new)
{
	int i;

	for(i = 0; i <= BSEG; i++)
		if(new[i] != nil && segbase(s) < segtop(new[i]) &&
		    segbase(new[i]) < segtop(s))
			return 1;
	return 0;
}

/* Does up have attached Segments? Other processes may have them too, and make them grow. */
static int
hasattached(void)
{
	int i;

	for(i = BSEG + 1; i < NSEG; i++)
		if(up->seg[i] != nil)
			return 1;
	return 0;
}

/* Replace the old program's memory by the new one's. Attached segments stay, unless they asked
 * not to or are in the way: segattach(2). */
static void
newmemory(Segment **new)
{
	Segment *old[NSEG];
	int i, attached;

	sampleuse();
	attached = hasattached();
	if(attached)
		segroomlock();
	for(i = 0; i < NSEG; i++) {
		old[i] = nil;
		if(i > BSEG && up->seg[i] != nil &&
		    ((segtype(up->seg[i]) & SG_CEXEC) ||
			overlaps(up->seg[i], new)))
			old[i] = takeseg(i, nil);
	}
	for(i = 0; i <= BSEG; i++)
		old[i] = takeseg(i, new[i]);
	if(attached)
		segroomunlock();
	mmunew();
	for(i = 0; i < NSEG; i++)
		putseg(old[i]);
}

/* The address of argc, where the arguments begin. */
static uintptr
stackpointer(const Args *a)
{
	uintptr sp;

	sp = USTKTOP - sizeof(Tos) - a->n;
	sp &= ~(uintptr)(Word - 1);
	/* argc, argv and its nil */
	sp -= ((uintptr)a->argc + 2) * Word;
	return sp & ~(uintptr)15;
}

/*
 * Map the page at va of the new stack. Only a request that ends the process ends a wait for
 * memory here.
 */
static void
stackpage(uintptr va)
{
	int r;

	r = kernfault(va, 1);
	if(r == Fintr)
		obey();
	if(r < 0)
		pexit("out of memory in exec", 1);
}

/* Map the pages that the program uses first: the stack from sp on, text, data. */
static void
firstpages(const Prog *p, uintptr sp)
{
	uintptr va;

	for(va = ROUNDDN(sp, (uintptr)BY2PG); va < USTKTOP; va += BY2PG)
		stackpage(va);
	prefault(p->sizes.entry, 0);
	execprefill();
	mmusettle();
}

/* Store the arguments on the new stack, from sp on. It is mapped. */
static void
pushargs(const Args *a, uintptr sp)
{
	uintptr *w, at;
	char *to, *from;
	Tos *tos;
	int i;

	tos = userptr(USTKTOP - sizeof(Tos));
	memset(tos, 0, sizeof *tos);
	tos->cyclefreq = hostcyclefreq();
	tos->pid = up->pid;
	to = (char *)tos - a->n;
	memmove(to, a->buf, a->n);
	w = userptr(sp);
	*w++ = a->argc;
	from = a->buf;
	at = USTKTOP - sizeof(Tos) - a->n;
	for(i = 0; i < a->argc; i++) {
		*w++ = at + (from - a->buf);
		from += strlen(from) + 1;
	}
	*w = 0;
}

static void
commitexec(Prog *p, Segment **segs)
{
	fdcloseexec(up->fgrp);
	tosunnotice();
	qlock(&up->namelock);
	free(up->text);
	up->text = p->elem;
	p->elem = nil;
	free(up->args);
	up->args = quotedargs(&p->args);
	up->setargs = 0;
	qunlock(&up->namelock);
	astore(&up->privatemem, 0);
	astore(&up->noswap, 0);

	qlock(&up->notelock);
	if(up->notified)
		/* the handler that held these notes off is gone, and they with it */
		storerelaxed(&up->nnote, 0);
	up->notify = 0;
	up->notified = 0;
	up->ureg = 0;
	qunlock(&up->notelock);
	up->syserrstr[0] = 0;
	newmemory(segs);
	fpinit();
}

/* Make up run p. Returns its stack pointer. Errors come before any change. */
static uintptr
execute(Prog *p)
{
	Segment *segs[NSEG];
	uintptr sp;

	memset(segs, 0, sizeof segs);
	segs[SSEG] =
	    newseg(SG_STACK | SG_NOEXEC, USTKTOP - USTKSIZE, USTKSIZE / BY2PG);
	onerror(putseg(segs[SSEG]));
	execsegs(p->c, p->sizes.text, p->sizes.data, p->sizes.bss, segs);
	setimageheader(segs[TSEG], &p->sizes);
	poperror();
	step("exec: the image, new segments");
	commitexec(p, segs);
	step("exec: old memory");
	sp = stackpointer(&p->args);
	firstpages(p, sp);
	step("exec: first pages");
	pushargs(&p->args, sp);
	if(up->hang)
		procctl(up, up->pid, Proc_stopme);
	return sp;
}

uintptr
sysexec(uintptr *args)
{
	char *path;
	Prog p;
	Ureg *u;
	int skip;

	step("the child runs, and calls exec");
	path = validstr(args[0], PATHMAX);
	memset(&p, 0, sizeof p);
	if(waserror()) {
		free(path);
		closeprog(&p);
		nexterror();
	}
	checkargv(args[1]);
	validname(path, 1);
	skip = openprog(&p, path);
	step("exec: header");
	userargs(&p.args, args[1], skip);
	step("exec: arguments");
	u = up->dbgreg;
	u->sp = execute(&p);
	u->pc = p.sizes.entry;
	u->bp = 0;
	toscycles();
	fullregs();
	poperror();
	free(path);
	closeprog(&p);
	step("exec: stack, file closed");
	return USTKTOP - sizeof(Tos);
}

void
execprog(const char *path, char **argv)
{
	Prog p;
	int skip;

	memset(&p, 0, sizeof p);
	onerror(closeprog(&p));
	skip = openprog(&p, path);
	kernelargs(&p.args, argv, skip);
	memset(&up->start, 0, sizeof up->start);
	up->start.sp = execute(&p);
	up->start.pc = p.sizes.entry;
	up->start.ax = USTKTOP - sizeof(Tos);
	poperror();
	closeprog(&p);
}
