/*
 * What the files of this room share, and no other room may use.
 *
 *   Export   what is served; its workers
 *   Exconn   a connection: its fids, tags and bytes
 *   Exfid    a fid
 *   Extag    a request under way
 *   Exwork   a worker: a kernel process that carries out one request at a time
 *
 * One worker reads a connection, and carries out most requests itself. Before a request that may
 * wait for another process, it gives the reading to another worker (exwork.c). A request that takes
 * long without notice loses the reading to another worker too (exwatch.c).
 */
#ifndef EXPORTDAT_H
#define EXPORTDAT_H

#include "u.h"
#include "p9msg.h"
#include "portdat.h"
#include "export/export.h"
#include "host/host.h"
#include "lib/lib.h"
#include "ns/devtab.h"
#include "ns/ns.h"
#include "proc/proc.h"
#include "sync/sync.h"

typedef struct Exbuf Exbuf;
typedef struct Exconn Exconn;
typedef struct Exfid Exfid;
typedef struct Extag Extag;
typedef struct Exwork Exwork;

enum
{
	/* bytes of a message before its version is agreed upon */
	FIRSTMSIZE = 8 * KiB,
	EXFIDHASH = 256,
	EXTAGHASH = 64,
	/* workers that wait for work; others end */
	NEXIDLE = 4,
	/* Exfid.omode of a fid that is not open */
	NOTOPEN = -1,
};

/* The texts that Linux's v9fs knows */
#define Enofid "fid unknown or out of range"
#define Eusedfid "fid already in use"
#define Ebadfid "bad use of fid"
#define Eopened "file already open for I/O"
#define Ebaddiroff "bad offset in directory read"
#define Erootname "the root of a tree keeps its name"
#define Ebadmsg "malformed 9P message"
#define Etoomany "export: more than 128 requests under way"
_Static_assert(NEXREQ == 128, "Etoomany");

struct Export
{
	/* the creator, each connection, each worker, the watch */
	Ref r;
	Chan *root;
	/* the workers' */
	Pgrp *pgrp;
	Egrp *egrp;
	Fgrp *fgrp;

	/* guards what follows. Rank Rexport: before Rendez.l */
	Lock lk;
	Exconn *conns;
	u32int nconn;
	Exwork *idle;
	u32int nidle;
	int ended;

	/* atomic: in use */
	u32int nfid;
	u32int nreq;

	/* atomic: the watch sleeps until it is woken */
	u32int watchasleep;
	Rendez watchr;
	/* exportwait sleeps here */
	Rendez lastr;
	u64int saidconn;
	u64int saidfid;
	u64int saidreq;
};

/* Bytes of a connection, which a request may still need when the reading has gone on. */
struct Exbuf
{
	Ref r;
	u32int max;
	uchar b[];
};

struct Exconn
{
	/* its reader, and each other worker with a request of it */
	Ref r;
	Export *e;
	/* in Export.conns, under its lk */
	Exconn *next;
	Exconn *prev;
	Chan *c;
	/* held while a message is written */
	QLock send;

	/* the reader's */
	Exbuf *in;
	/* the unread bytes are in[rp] to in[wp] */
	u32int rp;
	u32int wp;
	u32int msize;
	/* the version is agreed upon */
	int ready;

	/* odd while the reader carries out a request; changed by compare and swap. Whoever makes it
	 * even has the reading */
	u32int seq;
	/* the request's worker */
	Exwork *reader;
	/* the watch's: seq when it looked last */
	u32int seen;

	/* guards what follows, and the last fields of Exwork. Rank Rexconn: before Rendez.l */
	Lock lk;
	/* atomic: no answer can be sent, or need be */
	u32int hungup;
	/* a Tversion makes it one more: requests of before are not answered */
	u32int gen;
	Exwork *works;
	Exfid *fids[EXFIDHASH];
	Extag *tags[EXTAGHASH];
};

struct Exfid
{
	Exfid *hash;
	u32int fid;
	/* not open: where walk led, which may be a mount point. Open: what is open there */
	Chan *c;
	int omode;
	/* where the next read of a directory begins */
	vlong diroff;
	/* a request of it lost the reading: the next ones give it away */
	int slow;
	/* not open: the device keeps the file for it when it gets another name */
	int pinned;
};

/* A tag in use. A Tflush that waits for its turn has one without a worker. */
struct Extag
{
	Extag *hash;
	ushort tag;
	/* the worker that carries the request out; nil: a Tflush */
	Exwork *w;
	/* of a Tflush: the request that it waits for */
	Extag *of;
	/* of a request: the Tflushes that wait for it, in their order */
	Extag *flushes;
	Extag *lastflush;
	/* next Tflush */
	Extag *next;
};

struct Exwork
{
	Proc *p;
	Export *e;
	/* Export.idle */
	Exwork *next;
	/* under Export.lk: the connection that the worker is to read; 1: the worker is to end */
	Exconn *given;
	int quit;
	Rendez r;

	/* the request */
	Exconn *c;
	u32int gen;
	Extag tag;
	/* Exconn.seq while it is the reader's */
	u32int seq;
	/* its body: what is left of it */
	uchar *ip;
	uchar *ie;
	/* a copy of the body, which another worker's reading does not overwrite; or nil */
	Exbuf *own;
	/* the fid that it is about */
	u32int fid;
	/* the answer, of nout bytes; malloc'ed, of maxout bytes */
	uchar *out;
	u32int nout;
	u32int maxout;
	/* the request ended because its wait was ended */
	int intr;

	/* under c->lk */
	/* in Exconn.works, if the worker is not the reader: its wait may be ended */
	Exwork *wnext;
	Exwork **wprev;
	/* another worker has ended its wait */
	int ended;
};

/* --- messages (exmsg.c). in... take the next part of the request: error(Ebadmsg) if it is not
 * there. --- */

u32int in8(Exwork *w);
u32int in16(Exwork *w);
u32int in32(Exwork *w);
u64int in64(Exwork *w);
/* The next n bytes. */
uchar *inbytes(Exwork *w, u32int n);
/* A string of at least min bytes, ended by a NUL in the request. Errors. */
char *instring(Exwork *w, u32int min);
/* error(Ebadmsg) if anything is left. */
void inend(Exwork *w);
/* Errors if no file can have that name. */
void infilename(const char *name);

/* Begin an answer. out... add to it. outroom makes room for n bytes more, which do not count yet.
 * Errors. */
void outbegin(Exwork *w, int type, ushort tag);
uchar *outroom(Exwork *w, u32int n);
void out16(Exwork *w, uint v);
void out32(Exwork *w, u32int v);
void outqid(Exwork *w, Qid q);
void outbytes(Exwork *w, const void *p, u32int n);
/* Make the answer an Rerror. Does not error. */
void outerror(Exwork *w, ushort tag, const char *err);
/* Send the answer; an error hangs up. Caller of outwrite holds Exconn.send. */
void outsend(Exwork *w);
void outwrite(Exwork *w);

/* --- connections (exconn.c) --- */

/* Read until the next message is there. Returns its size, or 0 if the client has hung up or lied. w is
 * the reader. */
u32int nextmsg(Exwork *w, Exconn *c);
/* End all requests of c, and clunk all fids. up is the reader. exhangup also takes c off the list. */
void exreset(Exconn *c);
void exhangup(Exconn *c);
/* Drop a reference. */
void exconnput(Exconn *c);
/* A buffer of max bytes, with one reference, which exbufput drops. Errors. */
Exbuf *newexbuf(u32int max);
void exbufput(Exbuf *b);

/* --- requests (exreq.c) --- */

/* Carry out the message of n bytes at p. Returns 0 if w is not c's reader any more. */
int exrequest(Exwork *w, Exconn *c, uchar *p, u32int n);
/* One request of e less is under way. */
void uncountreq(Export *e);

/* --- workers (exwork.c) --- */

/* A worker with nothing to do; or nil, and up's error string, if there is no process for one. */
Exwork *spareworker(Export *e);
/* Let w, a spare worker, read c. It takes over a reference to c. */
void giveconn(Exwork *w, Exconn *c);
/* Give back a spare worker that is not needed. */
void unspare(Exwork *w);
/* Drop a reference. */
void exportput(Export *e);
/* Enter w, which is not the reader, into c's works; take it out. Caller holds c->lk. */
void workson(Exconn *c, Exwork *w);
void worksoff(Exwork *w);
/* Forget the notes of up, which a call of a device has posted: a write on a closed pipe. */
void dropnotes(void);

/* --- the watch (exwatch.c) --- */

/* The watch's process. */
void exwatch(void *e);
/* w, the reader of c, begins a request. exdone ends it, and returns 1 if w is still the reader. */
void exbusy(Exconn *c, Exwork *w);
int exdone(Exconn *c, Exwork *w);

/* --- fids (exfid.c). Errors. --- */

/* The Chan of a fid, with a reference, and how it is open. */
Chan *fidchan(Exwork *w, u32int fid, int *omode);
/* error() if fid is in use */
void fidunused(Exwork *w, u32int fid);
/* Make fid, which is not in use, stand for c. It takes over the reference to c unless it errors. */
void fidnew(Exwork *w, u32int fid, Chan *c);
/* Make fid stand for c, open as omode says, in place of old, which is closed. It takes over the
 * reference to c unless it errors. */
void fidchange(Exwork *w, u32int fid, Chan *old, Chan *c, int omode);
/* Take fid out of use. Returns its Chan, whose reference becomes the caller's, and how it is open. */
Chan *fidtake(Exwork *w, u32int fid, int *omode);
/* The offset at which the next read of a directory begins. fidsetdiroff does nothing if fid does not
 * stand for c any more. */
vlong fiddiroff(Exwork *w, u32int fid);
void fidsetdiroff(Exwork *w, u32int fid, Chan *c, vlong off);
/* May a request of fid wait for another process? io: the request is a read or write. fidsetslow: it
 * did. */
int fidslow(Exconn *c, u32int fid, int io);
void fidsetslow(Exconn *c, u32int fid);
/* c's file is about to get another name: fids of any connection that stand for it, or for a file below
 * it, stand for the same file afterwards. Does not error. */
void fidspin(Exwork *w, Chan *c);
/* Has that been done for fid? */
int fidpinned(Exwork *w, u32int fid);
/* Take any fid out of c's table. Returns nil if there is none. Caller holds c->lk. */
Exfid *fidany(Exconn *c);

/* --- what requests do (exfile.c, exio.c). Each reads w's body and builds its answer. Errors. --- */

void exattach(Exwork *w);
void exauth(Exwork *w);
void exwalk(Exwork *w);
void exopen(Exwork *w);
void excreate(Exwork *w);
void exclunk(Exwork *w);
void exremove(Exwork *w);
void exread(Exwork *w);
void exwrite(Exwork *w);
void exstat(Exwork *w);
void exwstat(Exwork *w);
/* The file of fid, which is not open, has been renamed by c: let the fid follow. Does not error. */
void exrenamed(Exwork *w, u32int fid, Chan *c, char *name);
/* Is c's file the root of a tree that was attached? */
int exisroot(Chan *c);
/* The qid.path that clients see of a file of device dc, number dev: unique in the exported tree.
 * expath is its own inverse. */
u64int expath(Rune dc, u32int dev, u64int path);
Qid exqid(Chan *c);

#endif
