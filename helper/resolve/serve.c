/*
 * The 9P2000 server of a directory with the files cs and dns: section 5 of the manual. A write of a
 * query is answered when the query is over, and Tflush ends it.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "resolve.h"
#include "fcall.h"
#include "lib/lib.h"
#include "msg.h"
#include "p9msg.h"

enum
{
	Qroot,
	Qcs,
	Qdns,
	NFILE,
	NHASH = 256,
	Maxfids = 1 << 16,
};

static const char *const filename[NFILE] = {"/", "cs", "dns"};

typedef struct Fid Fid;
struct Fid
{
	u32int fid;
	int path;
	/* -1: not open */
	int omode;
	Conv conv;
	/* the write that waits for its query */
	int busy;
	ushort tag;
	u32int count;
	Fid *next;
};

static Fid *fids[NHASH];
static int nfid;
static u32int msize = Msize;
static char user[KNAMELEN] = "none";

static int
qtype(int path)
{
	return path == Qroot ? QTDIR : QTFILE;
}

u32int
servemsize(void)
{
	return msize;
}

/* Refuse a request. path is the file whose error it is, or Qroot. */
static void
refuse(ushort tag, int path, const char *why)
{
	Out o;
	char err[ERRMAX];

	snprintf(err, sizeof err, "%s%s%s", path != Qroot ? filename[path] : "",
	    path != Qroot ? ": " : "", why);
	msgstart(&o, Rerror, tag);
	putstring(&o, err);
	msgsend(&o);
}

/* --- fids --- */

static Fid **
fidplace(u32int fid)
{
	Fid **l;

	for(l = &fids[fid % NHASH]; *l != nil && (*l)->fid != fid;
	    l = &(*l)->next)
		;
	return l;
}

static Fid *
newfid(u32int fid, int path)
{
	Fid **l, *f;

	l = fidplace(fid);
	if(*l != nil || nfid == Maxfids)
		return nil;
	f = emalloc(sizeof *f);
	*f = (Fid){.fid = fid, .path = path, .omode = -1};
	*l = f;
	nfid++;
	return f;
}

/* End f's query, if it has one. */
static void
endquery(Fid *f)
{
	if(f->busy) {
		f->busy = 0;
		convstop(&f->conv);
	}
}

static void
dropfid(Fid *f)
{
	if(f->busy)
		refuse(f->tag, f->path, "file is closed");
	endquery(f);
	convreset(&f->conv);
	*fidplace(f->fid) = f->next;
	nfid--;
	free(f);
}

static void
dropall(void)
{
	int i;

	for(i = 0; i < NHASH; i++)
		while(fids[i] != nil) {
			endquery(fids[i]);
			dropfid(fids[i]);
		}
}

/* --- requests --- */

static const char Ebadmsg[] = "bad 9P message";
static const char Enoperm[] = "permission denied";

static void
version(Req *r)
{
	Out o;
	char *v;
	u32int m;

	m = numfield(r, BIT32SZ);
	v = strfield(r);
	if(r->bad || m < MSIZEMIN) {
		free(v);
		refuse(r->tag, Qroot, Ebadmsg);
		return;
	}
	dropall();
	msize = m < Msize ? m : Msize;
	msgstart(&o, Rversion, r->tag);
	putnum(&o, msize, BIT32SZ);
	putstring(&o, strncmp(v, "9P2000", 6) == 0 ? "9P2000" : "unknown");
	msgsend(&o);
	free(v);
}

static void
attach(Req *r)
{
	Out o;
	char *uname;
	u32int fid;

	fid = numfield(r, BIT32SZ);
	numfield(r, BIT32SZ);
	uname = strfield(r);
	free(strfield(r));
	if(r->bad)
		refuse(r->tag, Qroot, Ebadmsg);
	else if(newfid(fid, Qroot) == nil)
		refuse(r->tag, Qroot, "fid is in use");
	else {
		snprintf(user, sizeof user, "%s", *uname != 0 ? uname : "none");
		msgstart(&o, Rattach, r->tag);
		putqid(&o, Qroot, QTDIR);
		msgsend(&o);
	}
	free(uname);
}

static void
flush(Req *r)
{
	Out o;
	Fid *f;
	ushort old;
	int i;

	old = numfield(r, BIT16SZ);
	for(i = 0; i < NHASH && !r->bad; i++)
		for(f = fids[i]; f != nil; f = f->next)
			if(f->busy && f->tag == old)
				endquery(f);
	msgstart(&o, Rflush, r->tag);
	msgsend(&o);
}

/* The file that name is in path; -1. */
static int
walk1(int path, const char *name)
{
	int i;

	if(path == Qroot && strcmp(name, "..") == 0)
		return Qroot;
	for(i = Qcs; path == Qroot && i < NFILE; i++)
		if(strcmp(name, filename[i]) == 0)
			return i;
	return -1;
}

static void
walk(Req *r, Fid *f)
{
	Out o;
	char *name;
	u32int newnum;
	int i, n, path, got, next;
	Fid *nf;

	newnum = numfield(r, BIT32SZ);
	n = numfield(r, BIT16SZ);
	msgstart(&o, Rwalk, r->tag);
	putnum(&o, 0, BIT16SZ);
	path = f->path;
	for(i = got = 0; i < n && !r->bad; i++) {
		name = strfield(r);
		next = got == i ? walk1(path, name) : -1;
		free(name);
		if(next >= 0 && got < WALKMAX) {
			path = next;
			got++;
			putqid(&o, path, qtype(path));
		}
	}
	if(r->bad || n > WALKMAX || f->omode >= 0) {
		refuse(r->tag, Qroot, r->bad ? Ebadmsg : "cannot walk");
		return;
	}
	if(n > 0 && got == 0) {
		refuse(r->tag, Qroot,
		    f->path == Qroot ? "file does not exist"
				     : "not a directory");
		return;
	}
	if(got == n) {
		nf = newnum == f->fid ? f : newfid(newnum, path);
		if(nf == nil) {
			refuse(r->tag, Qroot, "fid is in use");
			return;
		}
		nf->path = path;
	}
	PBIT16(o.b + MSGHDR, got);
	msgsend(&o);
}

static void
openfile(Req *r, Fid *f)
{
	Out o;
	int mode;

	mode = numfield(r, BIT8SZ);
	if(r->bad)
		refuse(r->tag, Qroot, Ebadmsg);
	else if(f->omode >= 0)
		refuse(r->tag, f->path, "file is open");
	else if((mode & ~(3 | OTRUNC)) != 0 || (mode & 3) == OEXEC ||
	    (f->path == Qroot && mode != OREAD))
		refuse(r->tag, f->path, Enoperm);
	else {
		f->omode = mode & 3;
		msgstart(&o, Ropen, r->tag);
		putqid(&o, f->path, qtype(f->path));
		putnum(&o, 0, BIT32SZ);
		msgsend(&o);
	}
}

/* The directory entry of a file, at p. Returns its length, 0 if it has no room. */
static u32int
entry(int path, uchar *p, u32int n)
{
	Dir d;

	memset(&d, 0, sizeof d);
	d.name = (char *)filename[path];
	d.uid = d.gid = d.muid = user;
	d.qid.path = path;
	d.qid.type = qtype(path);
	d.mode = path == Qroot ? DMDIR | 0555 : 0666;
	d.atime = d.mtime = time(nil);
	n = convD2M(&d, p, n);
	return n > BIT16SZ ? n : 0;
}

/* The entries from an offset on, at p: whole ones, at most n bytes. */
static u32int
readroot(uvlong off, uchar *p, u32int n)
{
	uchar e[256];
	uvlong at;
	u32int len, got;
	int i;

	at = got = 0;
	for(i = Qcs; i < NFILE; i++) {
		len = entry(i, e, sizeof e);
		if(at >= off) {
			if(got + len > n)
				break;
			memmove(p + got, e, len);
			got += len;
		}
		at += len;
	}
	return got;
}

static void
readfrom(Req *r, Fid *f)
{
	Out o;
	const char *p;
	uvlong off;
	u32int n;

	off = numfield(r, BIT64SZ);
	n = numfield(r, BIT32SZ);
	if(r->bad || f->omode < 0 || f->omode == OWRITE) {
		refuse(r->tag, f->path, r->bad ? Ebadmsg : Enoperm);
		return;
	}
	if(n > msize - IOHDRSZ)
		n = msize - IOHDRSZ;
	msgstart(&o, Rread, r->tag);
	putnum(&o, 0, BIT32SZ);
	if(f->path == Qroot)
		n = readroot(off, o.b + o.n, n);
	else {
		n = convread(&f->conv, off, n, &p);
		memmove(o.b + o.n, p, n);
	}
	PBIT32(o.b + MSGHDR, n);
	o.n += n;
	msgsend(&o);
}

/* The query of a write is over. */
static void
written(void *arg, const char *err)
{
	Out o;
	Fid *f;

	f = arg;
	f->busy = 0;
	if(err != nil) {
		refuse(f->tag, f->path, err);
		return;
	}
	msgstart(&o, Rwrite, f->tag);
	putnum(&o, f->count, BIT32SZ);
	msgsend(&o);
}

static void
writeto(Req *r, Fid *f)
{
	char text[Maxrequest + 1];
	uvlong off;
	u32int n;

	off = numfield(r, BIT64SZ);
	n = numfield(r, BIT32SZ);
	if(r->bad || (usize)(r->e - r->p) != n)
		refuse(r->tag, f->path, Ebadmsg);
	else if(f->path == Qroot || f->omode < 0 || f->omode == OREAD)
		refuse(r->tag, f->path, Enoperm);
	else if(n >= Maxrequest)
		refuse(r->tag, f->path, "request too long");
	else if(f->busy)
		refuse(r->tag, f->path, "query already in progress");
	else {
		memmove(text, r->p, n);
		text[n] = 0;
		if(conf.debug)
			fprintf(stderr, "run9-resolve: %s: %s\n",
			    filename[f->path], text);
		f->busy = 1;
		f->tag = r->tag;
		f->count = n;
		f->conv.done = written;
		f->conv.arg = f;
		if(f->path == Qcs)
			cswrite(&f->conv, text);
		else
			dnswrite(&f->conv, text, off);
	}
}

static void
statfile(Req *r, Fid *f)
{
	Out o;
	u32int n;

	msgstart(&o, Rstat, r->tag);
	n = entry(f->path, o.b + MSGHDR + BIT16SZ, 256);
	putnum(&o, n, BIT16SZ);
	o.n += n;
	msgsend(&o);
}

/* A request for a fid that there is. */
static void
fidrequest(Req *r, Fid *f)
{
	Out o;

	switch(r->type) {
	case Twalk:
		walk(r, f);
		break;
	case Topen:
		openfile(r, f);
		break;
	case Tread:
		readfrom(r, f);
		break;
	case Twrite:
		writeto(r, f);
		break;
	case Tstat:
		statfile(r, f);
		break;
	case Tclunk:
		dropfid(f);
		msgstart(&o, Rclunk, r->tag);
		msgsend(&o);
		break;
	case Tremove:
		dropfid(f);
		/* fall through */
	default:
		refuse(r->tag, Qroot, Enoperm);
	}
}

int
serve(const uchar *msg, u32int n)
{
	Req r = {.e = msg + n};
	Fid *f;

	if(n < MSGHDR || GBIT32(msg) != n)
		return -1;
	r.type = msg[BIT32SZ];
	r.tag = GBIT16(msg + BIT32SZ + BIT8SZ);
	r.p = msg + MSGHDR;
	switch(r.type) {
	case Tversion:
		version(&r);
		break;
	case Tauth:
		refuse(r.tag, Qroot, "authentication not required");
		break;
	case Tattach:
		attach(&r);
		break;
	case Tflush:
		flush(&r);
		break;
	case Twalk:
	case Topen:
	case Tcreate:
	case Tread:
	case Twrite:
	case Tclunk:
	case Tremove:
	case Tstat:
	case Twstat:
		f = *fidplace(numfield(&r, BIT32SZ));
		if(r.bad || f == nil)
			refuse(r.tag, Qroot, r.bad ? Ebadmsg : "unknown fid");
		else
			fidrequest(&r, f);
		break;
	default:
		return -1;
	}
	return 0;
}
