/*
 * #M: the 9P client. Only kernel/dev's mnt files include this; doc/mnt.md tells the story.
 *
 *   Mnt   a connection: the Chan over which messages go, its size limit, its requests
 *   Rpc   a request under way, and the tag that it has
 *
 * A message is put together and taken apart in mntmsg.c, sent and answered in mntrpc.c,
 * received in mntread.c; mntpost.c sends those that nobody waits for.
 */
#ifndef MNT_H
#define MNT_H

#include "u.h"
#include "fcall.h"
#include "p9msg.h"
#include "ns/devtab.h"
#include "ns/ns.h"
#include "sync/lock.h"

typedef struct Cachefile Cachefile;
typedef struct Mnt Mnt;
typedef struct Rpc Rpc;
typedef struct Tree Tree;
typedef struct Turn Turn;
typedef struct Turnwait Turnwait;

enum
{
	/* a tag names a request: its chunk, and its place there */
	RPCBITS = 6,
	RPCCHUNK = 1 << RPCBITS,
	NRPCCHUNK = 0xFFFF >> RPCBITS,
};

/*
 * A request. Its tag is its own as long as the connection lasts, and it is never freed before,
 * so a late wakeup finds a Rendez: at worst the next user looks once for nothing.
 */
struct Rpc
{
	/* the caller's, until rpcput */
	/* the message, as it is built; malloc'ed */
	uchar *msg;
	u32int nmsg;
	u32int maxmsg;
	/* the answer's bytes after the header; set with Ganswer, freed by rpcput */
	uchar *reply;
	uchar *body;
	u32int nbody;
	uchar rtype;
	/* the server may have carried the request out, or will: it was interrupted, and so was its
	 * flush, or the answer is not one */
	uchar limbo;

	/* under the Mnt's lk */
	ushort tag;
	/* the caller, the server's answer, flushes: it is free again when there are none */
	ushort refs;
	/* the caller has not put it */
	uchar held;
	/* the server owes an answer */
	uchar pending;
	/* it counts in the Mnt's nposted while it is pending */
	uchar posted;
	/* it is in the Mnt's list of those that wait */
	uchar queued;
	/* of a flush: what it flushes, which it has a reference to */
	Rpc *flushes;
	/* free list; posts; list of callers that wait for an answer */
	Rpc *next;
	Rpc *prev;

	/* Gwait etc.: atomic, set under lk */
	u32int state;
	/* it is the caller's turn to read the connection: likewise */
	u32int myturn;
	Rendez r;
};

/* Rpc.state */
enum
{
	Gwait,
	/* the answer is there */
	Ganswer,
	/* flushed: it was not carried out */
	Gflushed,
	/* the connection broke before there was an answer */
	Gbroken,
};

/* One process at a time, in the order in which they came; a note ends the wait. */
struct Turn
{
	int busy;
	Turnwait *first;
	Turnwait *last;
};

/* What a server shows for a name. Two mounts of it are two devices, and share what is cached. */
struct Tree
{
	Tree *next;
	u32int num;
	char aname[];
};

struct Mnt
{
	/* the connection's Chan, which owns the Mnt */
	Chan *c;
	/* all below but what belongs to a turn. Rank Rmnt: before Rendez.l */
	Lock lk;
	/* its version has been agreed upon; set once */
	u32int ready;
	u32int msize;
	char version[32];
	/* atomic, set under lk: no more requests. why is set before */
	u32int hungup;
	char why[ERRMAX];

	/* the sender's turn, and the version's before it is ready */
	Turn send;
	/* who is sending, for mnthangup */
	Proc *writer;
	/* somebody reads the connection, or is to */
	int reading;
	/* who is at it, for mnthangup */
	Proc *reader;
	/* messages to send whose answer nobody waits for */
	Rpc *posts;
	Rpc *lastpost;
	/* a kernel process sends them */
	int sender;
	/* sent, and not answered. Atomic, under lk */
	u32int nposted;
	/* callers that wait for an answer and do not read */
	Rpc *waiting;
	Rpc *lastwaiting;
	/* bytes read: in[rp] to in[wp]. Its reader's */
	uchar *in;
	u32int max;
	u32int rp;
	u32int wp;

	/* the mount cache's files of it: under the cache's lock */
	Cachefile *files;
	/* what was attached */
	Tree *trees;

	Rpc *free;
	u32int nchunk;
	Rpc *chunk[NRPCCHUNK];
};

/* --- turns (mntturn.c) --- */

/* Errors: Eintr, without the turn */
void taketurn(Mnt *m, Turn *t);
void giveturn(Mnt *m, Turn *t);

/* --- requests (mntrpc.c) --- */

/* A request with its message begun. Errors. */
Rpc *rpcnew(Mnt *m, int type);
/* The caller is done with r. */
void rpcput(Mnt *m, Rpc *r);
/* Send r, wait for its answer, and check that it is one. Errors: Eintr, the server's, the
 * connection's. */
void rpccall(Mnt *m, Rpc *r);
/* The two halves of rpccall */
void rpcsend(Mnt *m, Rpc *r);
void rpcanswer(Mnt *m, Rpc *r);
/* The caller of r, which was sent, does not want its answer: rpcput. 0: the server owes it. */
int rpcleave(Mnt *m, Rpc *r);
/* Send r and wait for any answer: 0 if a note came before. r is not flushed. Errors: not sent. */
int rpcwait(Mnt *m, Rpc *r);
/* From here on the server may answer r. Errors: the connection is broken. */
void setpending(Mnt *m, Rpc *r);
/* r was not sent yet */
void notpending(Mnt *m, Rpc *r);
/* r was not sent, and will not be */
void notsent(Mnt *m, Rpc *r);
/* Will the note or request that interrupted up end it? A guess. */
int dying(void);
/* r has an answer, or never will: state. Called with m->lk, which is kept. What it returns is for
 * eventwake, best after the lock. */
Event *rpcdone(Mnt *m, Rpc *r, int state);
/* The request that waits for an answer with that tag, or nil. Called with m->lk. */
Rpc *rpcpending(Mnt *m, ushort tag);

/* --- messages that nobody waits for (mntpost.c) --- */

/* Send r, and put it when it has been sent. Neither waits nor errors. */
void rpcpost(Mnt *m, Rpc *r);
/* c, a connection that nobody uses any more, stays until all posts are answered: 1. */
int mntlinger(Chan *c);
/* Send what is queued: 0 if a kernel process does the rest. Up has the turn to send. */
int sendposts(Mnt *m);

/* --- the connection's bytes (mntread.c) --- */

/* One whole message at m->in + m->rp: its size. 0 at the end of file. The reader's. Errors. */
u32int readmessage(Mnt *m);
/* Wait for r's answer, reading for others too: 0 if a note came before. */
int waitanswer(Mnt *m, Rpc *r);
/* r waits no more, if it did. Called with m->lk. */
void unqueue(Mnt *m, Rpc *r);
/* Give the message of n bytes at p to the request that it answers. */
void deliver(Mnt *m, const uchar *p, u32int n);
/* The connection is broken: all callers get an error, also those that wait for the server in the
 * middle of a read or write of the connection. */
void mnthangup(Mnt *m, const char *why);
/* up, which was m's reader or writer, is not any more: if mnthangup ended its wait, no later wait
 * ends for that. */
void settle(Mnt *m);
/* Write all of a message. Errors: nothing was written, or the connection is broken. */
void writemessage(Mnt *m, const uchar *p, u32int n);

/* --- messages (mntmsg.c) --- */

/* Add to r's message. Errors. */
void put8(Rpc *r, uint v);
void put16(Rpc *r, uint v);
void put32(Rpc *r, u32int v);
void put64(Rpc *r, u64int v);
void putbytes(Rpc *r, const void *p, u32int n);
void putstring(Rpc *r, const char *s);
/* The message is complete: fill in its size. */
void putsize(Rpc *r);
/* 0 if n bytes at p are the body of an answer of that type: its lengths agree. */
int checkbody(int type, const uchar *p, u32int n);
/* error() with the text of a Rerror's body, which is whole. */
_Noret void servererror(const uchar *p);
/* The qid at p */
Qid getqid(const uchar *p);

/* --- the end of a fid (mntclunk.c) --- */

/* c's fid is given up, if the server knows it. c has another then: nobody waits for the answer,
 * and until it comes the old one may be in use. Neither waits nor errors. */
void clunkpost(Chan *c);
/* The same, and wait: 0 if a note came before it was sent. */
int clunkwait(Chan *c);

/* --- reading and writing (mntio.c) --- */

/* Bytes in one message of c, which is open */
u32int pieceof(Chan *c);
/* A Tread of n bytes of c at off, or a Twrite of the n bytes at out. The caller sends it and frees
 * it. Errors. */
Rpc *iorpc(Chan *c, int type, const uchar *out, u32int n, vlong off);
/* How many bytes the answer to iorpc's request counts. More than n are not taken. */
u32int iocount(Rpc *r, u32int n);
long mntread(Chan *c, void *buf, long n, vlong off);
long mntwrite(Chan *c, const void *buf, long n, vlong off);
/* The entry that a server gave, n bytes at most: its size. It becomes one of c's. Errors. */
u32int fixentry(Chan *c, uchar *p, u32int n);

/* --- reading and writing by way of the mount cache (mntpipe.c) --- */

/* Read to in, or write from out, one of them nil. Errors. */
long pipedio(
    Chan *c, Cachefile *f, uchar *in, const uchar *out, long n, vlong off);

/* --- the mount cache (mntcache.c, mntbytes.c, mntpages.c) --- */

/* c was opened: its qid is the server's. anew: what was cached of the file is no longer so. */
void cacheopen(Chan *c, int anew);
void cacheclose(Chan *c);
/* What c reads and writes by way of the cache, or nil */
Cachefile *cachefile(Chan *c);
/* As many bytes as are cached. buf may be a program's. Errors. */
long cacheread(Cachefile *f, uchar *buf, long n, vlong off);
/* To be asked before a request for bytes */
u32int cachegen(Cachefile *f);
/* The server said so since: cache them, if that can be. */
void cachefill(Cachefile *f, u32int gen, const uchar *p, long n, vlong off);
/* Before a call of write, which the answer is passed on of */
u32int cachewriting(Cachefile *f);
/* A part of it was answered: the n bytes from off on may have changed. ok 1: to those at p; 0: the
 * server refused; -1: it may do it later. */
void cachechange(
    Cachefile *f, u32int gen, const uchar *p, u32int n, vlong off, int ok);
/* The call ends. */
void cachewritten(Cachefile *f);
/* c is read from off to end: how many calls came before, each from where the last ended. */
u32int cachesequence(Cachefile *f, vlong off, vlong end);
/* c's file changes: nothing is cached any more. */
void cachedrop(Chan *c);
/* c is read by the image cache: the same, counted. */
void cacheuncache(Chan *c);
/* m goes, and what is cached of it. */
void cacheend(Mnt *m);
/* Drop pages, n or more: how many were. */
u32int cachereclaim(u32int n);

/* --- connections (mntconn.c) --- */

/* The connection of an M Chan */
Mnt *mntof(Chan *c);
/* Another Chan of c's connection and device number, with no file yet. Errors. */
Chan *mntchan(Chan *c);
void mntclientinit(void);

#endif
