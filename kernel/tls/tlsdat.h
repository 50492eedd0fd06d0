/*
 * The parts of kernel/tls share this.
 *
 *   devtls.c    the files
 *   tlsconv.c   the table of conversations; their states
 *   tlsctl.c    control messages
 *   tlsalert.c  alerts, and the errors that they become
 *   tlshand.c   the queue of handshake messages
 *   tlsin.c     records that arrive, one after the other
 *   tlsopen.c   the bytes that arrive, and opening the records in them
 *   tlsout.c    records that leave
 *   tlskey.c    algorithms and keys
 *   crypthelp.c requests to the helper
 */
#ifndef TLSDAT_H
#define TLSDAT_H

#include "u.h"
#include "host/host.h"
#include "lib/lib.h"
#include "ns/ns.h"
#include "proc/proc.h"
#include "sync/sync.h"
#include "tls/cryptmsg.h"
#include "tls/tls.h"

typedef struct Handmsg Handmsg;
typedef struct Opened Opened;
typedef struct Secret Secret;
typedef struct Tlsconv Tlsconv;

enum
{
	SSL3 = 0x300,
	/* the versions that are accepted; what their records have in common is version 1.x */
	Minversion = 0x300,
	Maxversion = 0x3ff,

	/* the most conversations at a time; their numbers are below it */
	Maxconvs = 1024,
	/* the most filters on top of each other: each needs kernel stack and places for errors */
	Maxnested = 4,
	/* the most bytes of memory of handshake messages that wait for their reader */
	Maxhand = 2 * MAXCIPHERREC,
};

/* Tlsconv.state; each is a bit, so that a set of states is a word */
enum
{
	Shandshake = 1 << 0,
	/* application data can be sent */
	Sopen = 1 << 1,
	/* the peer has sent a close notify */
	Srclose = 1 << 2,
	/* this side has */
	Slclose = 1 << 3,
	/* a fatal alert is being sent */
	Salert = 1 << 4,
	Serror = 1 << 5,
	/* new, or closed by both sides */
	Sclosed = 1 << 6,
};

/* content types of records */
enum
{
	Rchangecipher = 20,
	Ralert = 21,
	Rhandshake = 22,
	Rapplication = 23,
	/* the first record of an old client is an SSL 2 message, with this as its type */
	Rssl2hello = 1,
};

/* alerts that more than tlsalert.c names */
enum
{
	Aclosenotify = 0,
	Aunexpected = 10,
	Abadmac = 20,
	Aoverflow = 22,
	Aillegal = 47,
	Adecode = 50,
	Aversion = 70,
	Anorenegotiation = 100,
};

/* What a direction is, or will be, sealed with. */
struct Secret
{
	u32int enc;
	u32int hash;
	/* the helper that has the key, and the key's number there. helper is 0 if both algorithms
	 * are clear: then there is no key */
	u32int helper;
	u32int key;
};

/* A message for the reader of hand: the text of a record, or that of an error. */
struct Handmsg
{
	Handmsg *next;
	int iserror;
	/* bytes, and how many were read */
	u32int n;
	u32int at;
	uchar text[];
};

/* A record in Tlsconv.in that has been opened before its turn. */
struct Opened
{
	/* where its text is */
	u32int off;
	u32int len;
	/* Cok, Cbadmac, ... */
	u32int err;
};

/* Fields are together by what they are about. NOLINTNEXTLINE(clang-analyzer-optin.performance.Padding) */
struct Tlsconv
{
	u32int id;
	/* open files. Guarded by tlsconvs.lk */
	int ref;
	/* owner and permissions. Guarded by tlsconvs.lk */
	char *user;
	u32int perm;

	/* Held to change version, verset and chan; guards the Secrets but those in use. Rank Rtlssec:
	 * after inlock and outlock */
	QLock lk;
	/* the channel below; nil before the message fd. Set once */
	Chan *chan;
	/* the protocol's version, and whether the message version was given: from then on version
	 * stays. Both are atomic; version is stored first */
	int version;
	int verset;
	/* the message opened was given; atomic */
	u32int opened;
	/* print what happens; atomic */
	u32int debug;

	/* guards state and err. Rank Rtlsstate: a leaf */
	Lock statelk;
	int state;
	/* why, in states Salert and Serror */
	char err[ERRMAX];

	/* Incoming. One process at a time reads and opens records: it holds inlock. Rank Rtlsin:
	 * before handread, lk, outlock, and the locks of the channel below */
	QLock inlock;
	/* a record has come */
	int begun;
	/* the Secret in use, nil at first; inlock and lk are held to change it */
	Secret *insec;
	Secret *innew;
	u64int inseq;
	/* bytes rp..wp of size have come from the channel and wait. Records, but for their headers,
	 * are opened in place */
	uchar *in;
	u32int insize;
	u32int inrp;
	u32int inwp;
	/* the records from inrp on that have been opened: ahead[iahead..nahead-1] */
	Opened ahead[CRYPTRECS];
	int iahead;
	int nahead;
	/* application data that was not read yet, in `in' */
	uchar *data;
	u32int ndata;

	/* Handshake messages. One process at a time reads them: handread. Rank Rtlshand: before
	 * handlk */
	QLock handread;
	/* guards the rest. Rank Rtlshandq: before a Rendez's lock */
	Lock handlk;
	int handopen;
	Handmsg *hands;
	u32int nhand;
	Rendez handcame;

	/* Outgoing. One process at a time seals and writes records: outlock. Rank Rtlsout: before
	 * lk and the locks of the channel below */
	QLock outlock;
	Secret *outsec;
	Secret *outnew;
	u64int outseq;
	/* bytes rp..wp of size are sealed and not yet written */
	uchar *out;
	u32int outsize;
	u32int outrp;
	u32int outwp;

	/* bytes for stats: each is counted under the lock of its direction */
	uvlong datain;
	uvlong dataout;
	uvlong handin;
	uvlong handout;
};

/* --- tlsconv.c --- */

/* A new conversation with one open file, owned by up; nil if there are too many. Errors. */
Tlsconv *newtlsconv(void);
/* Conversation id, with one open file more; hand: that is hand. Errors, if there is no such
 * conversation or up may not open its files with omode. */
Tlsconv *tlsconvopen(u32int id, int omode, int hand);
/* An open file of t is closed; hand: it was hand. The last closes the conversation. May block. */
void tlsconvclose(Tlsconv *t, int hand);
/* The numbers of conversations, past and present, are below this. */
u32int ntlsconvs(void);
/* Copy the owner of conversation id into user, of n bytes, and return its permissions. */
u32int tlsconvowner(u32int id, char *user, int n);
/* Change owner and permissions of conversation id: wstat(5). Errors. */
void tlsconvwstat(u32int id, const Dir *d);
/* Use the channel of fd below t. Caller holds t->lk. Errors. */
void tlssetchan(Tlsconv *t, int fd);
/* If the state is one of `old', it becomes new. */
void tlssetstate(Tlsconv *t, int new, int old);
/* A close notify was received (new is Srclose) or sent (Slclose). */
void tlsclosed(Tlsconv *t, int new);
/* error() unless the state is one of ok. hand: for handshake messages. */
void tlscheckstate(Tlsconv *t, int hand, int ok);
const char *tlsstatename(int state);
/* Print a message of the kernel, if t->debug is set. Never errors. */
void tlsdebug(Tlsconv *t, const char *fmt, ...);

/* --- tlsctl.c --- */

/* Carry out the message of n bytes at buf. Blocks as its records do. Errors. */
void tlsctl(Tlsconv *t, const void *buf, long n);

/* --- tlsalert.c --- */

/* Send an alert. After a fatal one the conversation is in state Serror. Blocks. Never errors. */
void tlssendalert(Tlsconv *t, int alert);
/* The conversation ends in an error: hand's reader gets msg. */
void tlsfail(Tlsconv *t, const char *msg);
/* up has an error of reading or writing the channel. Unless a note was the reason, the conversation
 * ends. */
void tlschanfail(Tlsconv *t);
/* The peer's record is wrong: send an alert, and raise the error of the text. */
_Noret void tlsbadrecord(Tlsconv *t, int alert, const char *fmt, ...);
/* Carry out an alert that has come. Caller holds inlock. May raise its error. */
void tlsgotalert(Tlsconv *t, const uchar *p, u32int n);

/* --- tlshand.c --- */

/* Open and close hand. tlshandopen: error(Einuse) if it is open. */
void tlshandopen(Tlsconv *t);
void tlshandclose(Tlsconv *t);
/* Give hand's reader the n bytes at p, after the nhead bytes at head. Returns 0 if hand is closed,
 * -1 if too many messages wait. Errors. */
int tlshandput(
    Tlsconv *t, const uchar *head, u32int nhead, const uchar *p, u32int n);
/* Give hand's reader an error, if hand is open and not too much waits. The state tells of the error
 * too. Never errors. */
void tlshanderror(Tlsconv *t, const char *msg);
/* Does a message wait? */
int tlshandcame(Tlsconv *t);
/* Read a part of one message, or raise its error. Blocks. Caller holds handread. */
long tlshandtake(Tlsconv *t, void *buf, long n);

/* --- tlsin.c --- */

/* Read data, or hand. Block; error. */
long tlsreaddata(Tlsconv *t, void *buf, long n);
long tlsreadhand(Tlsconv *t, void *buf, long n);

/* --- tlsopen.c --- */

/* The next record's header and text, which is opened. Caller holds inlock. Blocks; error(Eintr)
 * loses nothing. Other errors are the conversation's. */
typedef struct Tlsrecord Tlsrecord;
struct Tlsrecord
{
	int type;
	int version;
	/* in t->in, until the next record */
	uchar *text;
	u32int len;
};
void tlsnextrecord(Tlsconv *t, Tlsrecord *r);

/* --- tlsout.c --- */

/* Write n bytes at buf, which may be user memory, as records. With Rchangecipher the next Secret
 * comes into use. Returns how many bytes were taken: fewer if a note came, which then waits for up's next
 * wait (intragain). Blocks; errors: Eintr: nothing was taken. */
long tlswriterecords(Tlsconv *t, int type, const void *buf, long n);
/* Is there a Secret for Rchangecipher? */
int tlshasoutnew(Tlsconv *t);
/* Write the sealed records that a note has left unwritten. Blocks. Never errors. */
void tlsflush(Tlsconv *t);

/* --- tlskey.c --- */

/* The names of the algorithms that there are, separated by blanks, in buf of n bytes. */
void tlsencalgs(char *buf, int n);
void tlshashalgs(char *buf, int n);
const char *tlsencname(const Secret *s);
const char *tlshashname(const Secret *s);
/* The message secret: f has its fields. Caller holds t->lk. Errors. */
void tlssetsecrets(Tlsconv *t, char **f);
/* A slot for a request with s, whose key the helper has; and the request. An error, which is the
 * helper's, is the conversation's. */
Cryptslot *tlscryptbegin(Tlsconv *t, const Secret *s);
void tlscryptask(Tlsconv *t, Cryptslot *s);
/* Forget s, which may be nil. May block for the helper. Never errors. */
void tlsfreesecret(Secret *s);

/* --- crypthelp.c --- */

/* The helper that serves, which is started if it does not: its number, and the algorithms it
 * has. Errors. */
u32int crypthelper(u32int *encs, u32int *hashes);
/* A slot for a request to that helper. Errors, if it has ended. */
Cryptslot *cryptbegin(u32int helper);
/* Have the request carried out. Errors, if the helper ends or refuses; the slot stays the
 * caller's. No note is looked at: a helper that does not answer for ten seconds is killed. */
void cryptask(Cryptslot *s);
/* The answer about record i of s, which was asked for: numbers that the helper may have made up. It
 * can change those in s at any time, so no number there is looked at twice. */
Cryptrec cryptrec(const Cryptslot *s, u32int i);
/* The caller is done with s. */
void cryptend(Cryptslot *s);
/* A conversation has ended: clear the slots that have had text and that no request has. A slot that a
 * request has is cleared at the end of its conversation. Never errors. */
void cryptclear(void);

#endif
