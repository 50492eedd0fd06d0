/*
 * What the files of #I (ipdev.c) share. No other file includes this.
 *
 * Proto.lk guards which conversations there are, who has them open, and their owners. Conv.lk
 * guards a conversation's state and addresses. Neither is held while the host waits. A
 * conversation's socket is made once, and closed when no file of it is open: a process that has
 * a file open uses the socket without a lock.
 */
#ifndef NETDAT_H
#define NETDAT_H

#include "u.h"
#include "dev/dev.h"
#include "host/hostnet.h"
#include "net/net.h"
#include "sync/sync.h"

enum
{
	/* conversations of a protocol */
	Maxconv = 32768,
	/* of a text that a conversation's file has */
	Convtextlen = 512,
	/* of an address's text: %I, !, the port */
	Netaddrlen = 64,
};

/* A file's qid path is its protocol, its conversation, and one of these. */
enum
{
	Qtopdir,
	Qtopbase,
	Qarp = Qtopbase,
	Qbootp,
	Qcs,
	Qdns,
	Qiproute,
	Qipselftab,
	Qlog,
	Qndb,
	Qtopend,

	Qprotodir,
	Qclone,
	Qstats,

	Qconvdir,
	Qconvbase,
	Qctl = Qconvbase,
	Qdata,
	Qerr,
	Qlisten,
	Qlocal,
	Qremote,
	Qstatus,
	Qconvend,
};

#define QKIND(q) ((uint)(q).path & 0xff)
#define QCONV(q) ((uint)((q).path >> 8) & 0xffffff)
#define QPROTO(q) ((uint)((q).path >> 32))

typedef struct Conv Conv;
typedef struct Convwait Convwait;
typedef struct Datagram Datagram;
typedef struct Proto Proto;

/* Conv.state */
enum
{
	Idle,
	Announced,
	Connecting,
	Connected,
};

struct Conv
{
	Proto *p;
	uint x;
	/* how many of ctl, data and err are open; 0: the conversation is free. These three under
	 * Proto.lk */
	int inuse;
	char *owner;
	u32int perm;

	/* guards what follows. Rank Rconv: after Proto.lk */
	QLock lk;
	/* atomic. sock changes only while it is Idle: then it is guarded by lk, and later no lock is
	 * needed */
	u32int state;
	/* sock.fd is -1 until there is one */
	Netsock sock;
	/* has sock its local address? */
	int bound;
	Netaddr local;
	Netaddr remote;
	int ttl;
	int tos;
	/* ctl messages of udp and icmpv6: atomic */
	u32int headers;
	u32int ignoreadvice;
	/* atomic: the conversation is hung up, and why says for what, or is empty */
	u32int hungup;
	char why[ERRMAX];
	/* atomic: a program asked for the end */
	u32int finished;
	/* atomic: reads that returned 0 since the end */
	u32int eof;

	/* who waits in waitconv: under lk */
	Convwait *waits;

	/* of udp in headers mode: the interface that the last datagram came by, and its address: under
	 * lk */
	uchar heard[Ipaddrlen];
	u32int heardifc;
	/* of udp. A listener looks at the socket: set under lk, atomic */
	u32int listening;
	/* calls that no listener has yet, each with a file open, and how many: under lk */
	Conv *incall;
	Conv *nextcall;
	u32int nincall;
	/* datagrams that came for this call before it had a socket, and their bytes and number: under
	 * lk; nwaiting atomic */
	Datagram *waiting;
	u32int nwaiting;
};

/* What a protocol does differently from others. */
struct Proto
{
	const char *name;
	/* hostnet.h's */
	int kind;
	/* Read and write the data file; Chans of it are open for that. */
	long (*read)(Conv *c, void *buf, long n);
	long (*write)(Conv *c, const void *buf, long n);
	/* Wait for a call to c, which is announced: the new conversation, of which a file is open.
	 * nil if there are no calls. (blocks) */
	Conv *(*accept)(Conv *c);
	/* The text of the status file, to [p, e). Caller holds c->lk. Returns its end. */
	char *(*status)(Conv *c, char *p, char *e);
	/* A ctl message of the protocol's own, of nf fields. Returns 0 if it is none. Caller holds
	 * c->lk. Errors. */
	int (*ctl)(Conv *c, char **f, int nf);
	/* Before the socket is closed; may be nil. */
	void (*close)(Conv *c);
	/* the counters of the stats file: hostnetcounters, names end with nil */
	const char *group;
	const char *const *counters;

	/* guards conv, nconv, lowfree. Rank Rproto */
	QLock lk;
	/* Convs stay for ever, and are used again */
	Conv **conv;
	uint nconv;
	/* none below is free */
	uint lowfree;
};

extern Proto icmpproto, icmp6proto, ipifcproto, tcpproto, udpproto;

/* netaddr.c */

/* Parse the numeric address s, of either form, into ip. Returns 0 if it is none. */
int parsenetip(const char *s, uchar *ip);
/* Write ip to [p, e) as %I does in Plan 9: returns its end. */
char *fmtnetip(char *p, char *e, const uchar *ip);
/* Is ip an address of the loopback interface; of a group? */
int isloopback(const uchar *ip);
int ismulticast(const uchar *ip);
/* Is ip an IPv6 address that means a machine at one interface alone? */
int islinklocal(const uchar *ip);
/* error, unless programs may reach ip. */
void reachable(const uchar *ip);

/* netconv.c */

/* The conversation with that number; nil if there has never been one. */
Conv *netconvof(Proto *p, uint x);
/* A free conversation, now with a file open: up's, or the owner's of from, which is in use. Errors. */
Conv *newnetconv(Proto *p, const Conv *from);
/* Is there a conversation of c's protocol, udp, besides c, that is connected and has local's port; if remote
 * is not nil, that has both addresses? */
int netconvhasport(Conv *c, const Netaddr *local, const Netaddr *remote);
/* Caller holds Proto.lk. */
const char *netconvowner(const Conv *c);
/* Another file of c is opened with omode. Errors. */
void opennetconv(Conv *c, int omode);
/* A file of c is closed; the same for a caller that holds Proto.lk. */
void closenetconv(Conv *c);
void putnetconv(Conv *c);
/* c ends, because of why, or for no other reason than that it was asked to, if that is nil. */
void hangupconv(Conv *c, const char *why);
/* A program asks for c's end: endedconv marks c, endconv ends its socket too. Caller holds c->lk. */
void endedconv(Conv *c);
void endconv(Conv *c);
/* c has the socket s, which is connected. local may be nil. For newnetconv's caller. */
void setconnected(
    Conv *c, const Netsock *s, const Netaddr *remote, const Netaddr *local);
/* The reason for an error of c, of which the host says why: perhaps another text, in up->genbuf. *told,
 * unless told is nil: the network has said it. */
const char *whyfailed(Conv *c, const char *why, int *told);
/* Wait until ready(c), which is looked at again after each changedconv(c), whose caller holds c->lk. A
 * note ends it. */
void waitconv(Conv *c, int (*ready)(void *));
void changedconv(Conv *c);
/* Wait until c has something to read, or is hung up. Errors. */
void waitfordata(Conv *c);
/* A read ended with nothing, because c has ended: returns 0 a few times, and then errors. */
long convend(Conv *c);
/* Errors if c is hung up, or has no socket; convwritable also if it is announced, and so has no peer. */
void convusable(Conv *c);
void convwritable(Conv *c);

/* convfile.c: the text of a conversation's local, remote, status or err file: kind. */
long readnetconv(Conv *v, uint kind, char *buf, long n, vlong off);
/* wstat(5) of c's files, for the user who opened the file or walks to it. Errors. */
void wstatnetconv(Conv *c, const char *user, const Dir *d);

/* udp.c, for the protocols of datagrams, udp and icmp: the bytes that wait in c's socket, on their way
 * in and out; caller holds c->lk. Proto's ctl. */
void dgramqueues(Conv *c, u32int *in, u32int *out);
int dgramctl(Conv *c, char **f, int nf);

/* udpcall.c: datagrams as calls. Proto's accept and close; and a read of a datagram that came before
 * the call had its socket: -1 if there is none. Errors. */
Conv *udpaccept(Conv *c);
void udpclose(Conv *c);
long readwaiting(Conv *c, void *buf, long n);

/* convctl.c: a write of n bytes to c's ctl file. Errors. */
void convctl(Conv *c, const void *buf, long n);

/* ipifc.c: the host's interfaces. Texts are smalloc'ed. Errors. */

/* The interfaces that programs may see, which hostnetifcs made; how many. */
int netifcs(Netifc **list);
int nnetifc(void);
/* The address of this machine that p came to, if it came to a group or to all, that of the interface. */
void ifcaddrof(const Netpacket *p, uchar *ip);
/* Is ip the address of one machine, of this one? */
int islocalip(const uchar *ip);
/* The text of an interface's status or local file: kind. */
char *ipifctext(uint x, int kind);
/* Columns of a table: [p, e) is filled with blanks up to col columns behind start; an address; a
 * mask of prefix bits. They return their end. */
char *padto(char *start, char *p, char *e, int col);
char *ipcolumn(char *p, char *e, const uchar *ip, int width);
char *maskcolumn(char *p, char *e, int prefix, int width);
/* Set net to ip's first prefix bits, and 0. */
void maskip(const uchar *ip, int prefix, uchar *net);
/* The first address of f of the version of IP that ip has; nil if there is none. */
const uchar *likeaddr(const Netifc *f, const uchar *ip);

/* nettext.c: files that show the host's network. Texts are smalloc'ed. Errors. */

char *counterstext(const char *group, const char *const *names);
/* The text of arp, iproute or ipselftab. */
char *nettext(int kind);
/* What ndb has at the start, to [p, e). */
void ndbtext(char *p, char *e);

/* netfile.c: files with texts. The Chan's aux is the text. Errors. */
void opentext(Chan *c, int kind, int omode);
/* Length, version and time of ndb. */
void ndbfacts(Dir *d);
long readtextfile(Chan *c, char *buf, long n, vlong off);
long writetextfile(Chan *c, const void *buf, long n, vlong off);

/* netlog.c: the file log. A read waits for text. Errors. */
void netlogopen(void);
void netlogclose(void);
long netlogread(char *buf, long n);
void netlogctl(const void *buf, long n);
/* Tell what has become of c, with the address a and the reason, if they are not nil. Never errors. */
void netlogconv(
    const Conv *c, const char *what, const Netaddr *a, const char *why);

/* resolver.c: a file of run9-resolve's, open: "cs" or "dns". nil: there is no run9-resolve. Waits for
 * it; a note ends that. Errors. */
Chan *resolverfile(const char *name, int omode);
/* Why there is none. */
const char *whynoresolver(void);

/* numcs.c: the answer to query, which is changed, to [p, e). */
/* Returns 0 if a name of a host or service, or more, is asked for. */
int numericcs(char *query, char *p, char *e);
/* All that the kernel can do; what it cannot is an error. */
void owncs(char *query, char *p, char *e);

/* csfile.c: the files cs and dns; kind is Qcs or Qdns. Like the functions of Dev with these names. */
Chan *csfileopen(Chan *c, int kind, int omode);
void csfileclose(Chan *c);
long csfileread(Chan *c, void *buf, long n, vlong off);
long csfilewrite(Chan *c, const void *buf, long n, vlong off);

#endif
