/*
 * #M: the 9P client. Only kernel/dev's mnt files include this; doc/mnt.md explains it.
 *
 *   Mnt   a connection: the Chan over which messages go, its size limit, its requests
 *   Rpc   a request under way, and the tag that it has
 *
 * mntmsg.c builds and checks messages, mntrpc.c sends requests and waits for answers, mntread.c
 * receives, and mntpost.c sends messages that no process waits for.
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
	/* most bytes of a connection that are read at once, unless it is known whose they are */
	READMOST = 16 * KiB,
	/* a tag less 1 names a request: its chunk, and its place there. 9front too uses no tag 0 */
	RPCBITS = 6,
	RPCCHUNK = 1 << RPCBITS,
	NRPCCHUNK = 0xFFFF >> RPCBITS,
	/* answers that nobody waits for, and that are left in the connection until somebody reads
	 * them */
	NUNREAD = 64,
};

/*
 * A request. It keeps its tag, and is not freed, as long as the connection lasts. So a late wakeup
 * finds a Rendez; at worst the Rpc's next user wakes once for nothing.
 */
struct Rpc
{
	/* the caller's, until rpcput */
	/* the message, as it is built; malloc'ed */
	uchar *msg;
	u32int nmsg;
	u32int maxmsg;
	/* the answer, set with Ganswer, freed by rpcput; its bytes after the header */
	uchar *reply;
	uchar *body;
	u32int nbody;
	uchar rtype;
	/* the server may have carried the request out, or may do so later: notes ended the wait and
	 * that for its flush, or the answer is not well-formed */
	uchar limbo;

	/* under the Mnt's lk */
	ushort tag;
	/* references of the caller, of the answer that the server owes, and of flushes */
	ushort refs;
	/* the caller has not called rpcput yet */
	uchar held;
	/* the server owes an answer */
	uchar pending;
	/* it counts in the Mnt's nposted while it is pending */
	uchar posted;
	/* it is about a fid, and its caller has left: it counts in the Mnt's nleft while it is pending */
	uchar left;
	/* it is in Mnt.waiting */
	uchar queued;
	/* of a flush: the request that it flushes, with a reference */
	Rpc *flushes;
	/* of a clunk: the number that is free when r is over; 0: none */
	u32int oldfid;
	/* the fid that it is about; 0: none. A clunk of that fid, which is posted when r is over; or nil */
	u32int fid;
	Rpc *clunk;
	/* in Mnt.free, Mnt.posts or Mnt.waiting */
	Rpc *next;
	Rpc *prev;

	/* Gwait and others; atomic, set under lk */
	u32int state;
	/* it is the caller's turn to read the connection; atomic, set under lk */
	u32int myturn;
	/* the caller sleeps here */
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

/* A queue that lets one process go on at a time, in the order in which they came. A note ends the
 * wait. */
struct Turn
{
	int busy;
	Turnwait *first;
	Turnwait *last;
};

/* The tree that a server shows for an attach name. Two mounts of a tree are two devices, and share
 * the cached bytes. */
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
	/* guards everything below, except what the sender's or the reader's turn guards. Rank Rmnt:
	 * before Rendez.l */
	Lock lk;
	/* version and msize are agreed upon; set once */
	u32int ready;
	u32int msize;
	char version[32];
	/* Tversions that are not answered; what the last one asked. The version's turn's */
	u32int asked;
	u32int askedsize;
	char askedversion[32];
	/* atomic, set under lk: no more requests. why is set before */
	u32int hungup;
	char why[ERRMAX];

	/* the turn to send, and, before ready is set, to agree on the version */
	Turn send;
	/* the process that writes the connection; for mnthangup */
	Proc *writer;
	/* a process reads the connection, or has the turn to */
	int reading;
	/* the process in a read of the connection; for mnthangup */
	Proc *reader;
	/* messages to send whose answer no process waits for */
	Rpc *posts;
	Rpc *lastpost;
	/* a kernel process sends them */
	int sender;
	/* mntpatient waits here until m has hung up */
	Rendez gone;
	/* how many posts are sent and not answered. Atomic, set under lk */
	u32int nposted;
	/* how many requests have left set */
	u32int nleft;
	/* callers that wait for an answer and do not read */
	Rpc *waiting;
	Rpc *lastwaiting;
	/* in[rp] to in[wp] are bytes read from the connection. Only the reader uses these four */
	uchar *in;
	u32int max;
	u32int rp;
	u32int wp;
	/* a long message, which is read to where it stays: its first longgot bytes; or nil. Its
	 * reader's */
	uchar *longmsg;
	u32int longsize;
	u32int longgot;

	/* the connection's files in the mount cache; under mountcache.lk */
	Cachefile *files;
	/* the trees that were attached */
	Tree *trees;

	Rpc *free;
	u32int nchunk;
	Rpc *chunk[NRPCCHUNK];
};

/* --- turns (mntturn.c) --- */

/* Wait for the turn. error(Eintr): without the turn. */
void taketurn(Mnt *m, Turn *t);
/* Give up the turn; the next process in the queue gets it. */
void giveturn(Mnt *m, Turn *t);

/* --- requests (mntrpc.c) --- */

/* A request with its message begun. Errors. */
Rpc *rpcnew(Mnt *m, int type);
/* Drop the caller's reference to r, with its message and answer. */
void rpcput(Mnt *m, Rpc *r);
/* Send r, wait for its answer, and check that it is well-formed. Errors: Eintr, the server's, the
 * connection's. */
void rpccall(Mnt *m, Rpc *r);
/* The two halves of rpccall. */
void rpcsend(Mnt *m, Rpc *r);
void rpcanswer(Mnt *m, Rpc *r);
/* rpcput for a request that was sent and whose answer the caller does not want. Returns 0 if the
 * server still owes the answer; the connection then stays until it comes, and the number fid, unless it is
 * 0, is free then. */
int rpcleave(Mnt *m, Rpc *r, u32int fid);
/* Send r and wait for any answer. Returns 0 if a note came before; r is not flushed then. Errors: r
 * was not sent. */
int rpcwait(Mnt *m, Rpc *r);
/* Note that r is about to be sent: from here on its answer is accepted. Errors: the connection is
 * broken. */
void setpending(Mnt *m, Rpc *r);
/* Undo setpending: r was not sent. */
void notpending(Mnt *m, Rpc *r);
/* r was not sent, and will not be: undo setpending, and drop a flush's reference. */
void notsent(Mnt *m, Rpc *r);
/* Will the note or request that interrupted up end it? A guess. */
int dying(void);
/* Note that r is answered, flushed or broken, by state, and end its caller's wait. Caller holds m->lk.
 * Returns the Event for eventwake, which is best called after the lock; or nil. */
Event *rpcdone(Mnt *m, Rpc *r, int state);
/* If the server owes an answer to a request about r's fid whose caller has left, r, a clunk, is posted when
 * that has come: 1. Until then the server may be at work on the fid. */
int rpcclunklater(Mnt *m, Rpc *r, u32int fid);
/* The request that waits for an answer with that tag, or nil. Caller holds m->lk. */
Rpc *rpcpending(Mnt *m, ushort tag);

/* --- messages that no process waits for (mntpost.c) --- */

/* Queue r to be sent, and put it when it has been sent. Neither waits nor errors. */
void rpcpost(Mnt *m, Rpc *r);
/* The same for a caller that holds m->lk; somebody must call kickposts. */
void queuepost(Mnt *m, Rpc *r);
/* Send what is queued, unless a process that has the turn to send will do it. Neither waits nor errors. */
void kickposts(Mnt *m);
/* Mntclient.linger: returns 1 if c, a connection without a reference, got one again until all posts
 * are answered, or no answer has come for mntpatience ms. */
int mntlinger(Chan *c);
extern u32int mntpatience;
/* Send the queued posts. Returns 0 if a kernel process sends the rest. up has the turn to send. */
int sendposts(Mnt *m);

/* --- the connection's bytes (mntread.c) --- */

/* Read until there is one whole message at m->in + m->rp. Returns its size, or 0 at the end of file.
 * up is the reader. Errors. */
u32int readmessage(Mnt *m);
/* Wait for r's answer, and read for others too. Returns 0 if a note came before. */
int waitanswer(Mnt *m, Rpc *r);
/* Take r out of m->waiting, if it is there. Caller holds m->lk. */
void unqueue(Mnt *m, Rpc *r);
/* Give the next message to the request that it answers. Returns 0 at the end of file. up is the
 * reader. Errors. */
int takemessage(Mnt *m);
/* Read until all posts are answered, the end of file, or an error. No other process reads. */
void readposted(Mnt *m);
/* Break the connection: all callers get an error, also those that wait for the server in a read or
 * write of the connection. */
void mnthangup(Mnt *m, const char *why);
/* up was m's reader or writer and has ended its read or write. If mnthangup interrupted it, take that
 * back, so that no later wait of up ends. */
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
/* Fill in the size of the message, which is complete. */
void putsize(Rpc *r);
/* Are the n bytes at p the body of an answer of that type, whose lengths agree? Returns 0 if they
 * are. */
int checkbody(int type, const uchar *p, u32int n);
/* error() with the text of an Rerror's body, which has passed checkbody. */
_Noret void servererror(const uchar *p);
/* The qid at p. */
Qid getqid(const uchar *p);

/* --- the end of a fid (mntclunk.c) --- */

/* Clunk c's fid by a post, and give c another number, because the server knows the old one until it
 * answers. Neither waits nor errors. */
void clunkpost(Chan *c);
/* Clunk c's fid, which requests of up that follow find gone. wait: until the answer, or a note, comes. If
 * not, the connection's turn to send is waited for alone. Returns 0 if a note came before the message was
 * sent. */
int clunk(Chan *c, int wait);

/* --- reading and writing (mntio.c) --- */

/* The most bytes that one request reads or writes of c, which is open. */
u32int pieceof(Chan *c);
/* A Tread of n bytes of c at off, or a Twrite of the n bytes at out. The caller sends and puts it.
 * Errors. */
Rpc *iorpc(Chan *c, int type, const uchar *out, u32int n, vlong off);
/* The count in the answer to iorpc's request, at most n. */
u32int iocount(Rpc *r, u32int n);
/* Does a note wait for up? Then a long read or write ends with the request that is under way. */
int notewaits(void);
/* Dev.read and Dev.write. */
long mntread(Chan *c, void *buf, long n, vlong off);
long mntwrite(Chan *c, const void *buf, long n, vlong off);
/* Check the directory entry at p, of at most n bytes, which a server gave, and set its device type
 * and number to c's. Returns its size. Errors. */
u32int fixentry(Chan *c, uchar *p, u32int n);

/* --- reading and writing by way of the mount cache (mntpipe.c) --- */

/* Read n bytes of c at off to in, or write them from out; the other is nil. f is c's cachefile.
 * Returns how many. Errors. */
long pipedio(
    Chan *c, Cachefile *f, uchar *in, const uchar *out, long n, vlong off);

/* --- the mount cache (mntcache.c, mntbytes.c, mntpages.c) --- */

/* c was opened, and has the qid that the server gave. If c may be cached, give it a Cachefile. anew:
 * drop the file's cached bytes. */
void cacheopen(Chan *c, int anew);
/* c is closed: take its Cachefile from it. */
void cacheclose(Chan *c);
/* The Cachefile by which c is read and written, or nil. */
Cachefile *cachefile(Chan *c);
/* Copy bytes of f from off on to buf, as far as they are cached. buf may be user memory that was
 * validated. Returns how many. Errors. */
long cacheread(Cachefile *f, uchar *buf, long n, vlong off);
/* The generation of f, for cachefill. Called before the request for bytes is sent. */
u32int cachegen(Cachefile *f);
/* Cache the n bytes at p, which the server gave for off, unless f has changed since gen. */
void cachefill(Cachefile *f, u32int gen, const uchar *p, long n, vlong off);
/* A write of f begins. Returns gen for cachechange. cachewritten must follow. */
u32int cachewriting(Cachefile *f);
/* A request of the write is answered: the n bytes at off may have changed. ok is 1 if they are those
 * at p, 0 if the server refused, -1 if the server may still change them. */
void cachechange(
    Cachefile *f, u32int gen, const uchar *p, u32int n, vlong off, int ok);
void cachewritten(Cachefile *f);
/* Note that f is read from off to end. Returns how many reads before this began where the one before
 * them ended. */
u32int cachesequence(Cachefile *f, vlong off, vlong end);
/* Drop the cached bytes of c's file, which changes. */
void cachedrop(Chan *c);
/* Drop the cached bytes of c's file, because the image cache has them; count them. */
void cacheuncache(Chan *c);
/* Drop all files of m, which is freed. */
void cacheend(Mnt *m);
/* Drop at least n pages, if there are so many. Returns how many. */
u32int cachereclaim(u32int n);

/* --- connections (mntconn.c) --- */

/* The connection of c, a Chan of #M. */
Mnt *mntof(Chan *c);
/* Another Chan of c's connection and device number, with no file yet. Errors. */
Chan *mntchan(Chan *c);
void mntclientinit(void);

#endif
