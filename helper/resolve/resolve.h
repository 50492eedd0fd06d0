/*
 * run9-resolve: cs and dns of ndb(8), on the host's own resolver.
 *
 * A 9P2000 server on standard input and output, with one thread and one loop of poll(2). A question
 * to a name server has a function that is called with the answer, so no question holds another.
 *
 *   main.c    options, the loop               serve.c   9P: fids, requests, flushes
 *   query.c   a fid's queries and answers     cs.c      addresses: net!host!service
 *   host.c    the addresses of a host         csinfo.c  attributes: !attr=val, !ipinfo
 *   dns.c     the queries of dns              rrtext.c  records as text
 *   ask.c     a question: the database, the cache, the search list, aliases
 *   askdb.c   the database's records          cache.c   answers by name and type
 *   rr.c      DNS messages                    msg.c     the parts of 9P messages
 *   net.c     name servers, by c-ares         nss.c     names that only the C library knows
 *   ndb.c     ndb(6): entries, search         hostdb.c  the database of this host
 *   ipinfo.c  attributes of a system's nets   ip.c      addresses
 *   util.c    memory, texts, files, the clock
 *
 * Memory that cannot be had ends the program: its user is a kernel that starts another.
 */
#ifndef RESOLVE_H
#define RESOLVE_H

#include "u.h"

typedef struct Answer Answer;
typedef struct Ask Ask;
typedef struct Conv Conv;
typedef struct Ndb Ndb;
typedef struct Pair Pair;
typedef struct RR RR;
typedef struct Tuple Tuple;

/* --- util.c; the options set conf --- */

typedef struct Conf Conf;
struct Conf
{
	/* the network's mount point in answers */
	const char *mntpt;
	/* a Plan 9 tree, which the names of database files begin at; or nil */
	const char *root;
	/* a database file besides; or nil */
	const char *dbfile;
	const char *hosts;
	const char *services;
	const char *protocols;
	const char *resolvconf;
	const char *nsswitch;
	/* name servers, host:port,...; nil: those of resolvconf */
	const char *servers;
	/* ask for IPv6 addresses too */
	int ipv6;
	/* show each query on standard error */
	int debug;
	/* answers kept in the cache */
	long target;
};
extern Conf conf;

void *emalloc(usize n);
void *erealloc(void *p, usize n);
char *estrdup(const char *s);
/* Formatted text, malloc'ed. */
char *smprint(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* A hash of a name, in which case does not matter, and a type. */
u32int namehash(const char *name, int type);
/* Milliseconds of a clock that never goes back. */
vlong nowms(void);
/* The whole of a file, malloc'ed and with a NUL behind it; nil if it cannot be read. */
char *readfile(const char *path);
/* Call line with the words of each line of text that has at least min. The bytes of `comment' begin a
 * comment. text is changed; it may be nil. */
void eachline(
    char *text, const char *comment, int min, void (*line)(char **word, int n));
struct stat;
/* Has the file at path changed since *was, its stat(2), which becomes what it is now? That of a file that
 * is not there is all zeros. */
int filechanged(const char *path, struct stat *was);

/* --- ip.c --- */

enum
{
	IPlen = 16,
	/* of an address as text */
	IPstr = 48,
};

/* Take an address, v4 or v6, apart. Returns 0, or -1 if s is none. */
int parseip(uchar ip[IPlen], const char *s);
int isv4(const uchar ip[IPlen]);
/* As Plan 9 prints it. Returns buf. */
char *ipstr(const uchar ip[IPlen], char buf[IPstr]);
/* What ipattr of ndb(2) says: "ip", "dom" or "sys". */
const char *ipattr(const char *name);
/* The name of s, an address, in in-addr.arpa or ip6.arpa, malloc'ed; s itself if it is none. */
char *ptrname(const char *s);
/* The address that a name of in-addr.arpa or ip6.arpa is of: 0, or -1. */
int ptraddr(uchar ip[IPlen], const char *name);

/* --- ndb.c --- */

/* attr=val; pairs of one line bind tighter. */
struct Pair
{
	char *attr;
	char *val;
	int line;
};

struct Tuple
{
	Pair *p;
	int n;
};

Tuple *newtuple(void);
void addpair(Tuple *t, const char *attr, const char *val, int line);
void freetuple(Tuple *t);

Ndb *newndb(void);
void ndbfree(Ndb *db);
/* Add the entries of text, and t, which becomes db's. */
void ndbparse(Ndb *db, const char *text);
void ndbadd(Ndb *db, Tuple *t);
/* The entries that have attr=val, one after the other; nil behind the last. *at is 0 at first.
 * *pair is the index of the matching pair. */
Tuple *ndbnext(
    Ndb *db, usize *at, const char *attr, const char *val, int *pair);
/* The value of attr in t, on the line of pair if there is one; nil if there is none. */
const char *tupleval(const Tuple *t, int pair, const char *attr);
/* The value of rattr in the first entry that has attr=val and it; nil. */
const char *ndbvalue(
    Ndb *db, const char *attr, const char *val, const char *rattr);

/* --- hostdb.c --- */

/* The database: of the files as they are now. It and its entries are good until the next call, which myip
 * makes too. */
Ndb *hostdb(void);
/* Read the files again at the next call. */
void hostdbrefresh(void);
/* The address of this system, as text. */
const char *myip(void);

/* --- ipinfo.c --- */

/* ndbipinfo(2), but for @attr: the pairs of the n attributes; nil if there is no such system. The
 * caller frees it. */
Tuple *ipinfo(Ndb *db, const char *attr, const char *val, char **attrs, int n);

/* --- rr.c --- */

enum
{
	Ta = 1,
	Tns = 2,
	Tmd = 3,
	Tmf = 4,
	Tcname = 5,
	Tsoa = 6,
	Tmb = 7,
	Tmg = 8,
	Tmr = 9,
	Tnull = 10,
	Tptr = 12,
	Thinfo = 13,
	Tminfo = 14,
	Tmx = 15,
	Ttxt = 16,
	Trp = 17,
	Tkey = 25,
	Taaaa = 28,
	Tsrv = 33,
	Tcert = 37,
	Topt = 41,
	Tdnskey = 48,
	Tspf = 99,
	Tall = 255,
	Tcaa = 257,
	/* of a record */
	NRRnum = 5,
};

struct RR
{
	RR *next;
	char *owner;
	int type;
	/* seconds */
	u32int ttl;
	/* the names in it, in their order; an address as text; a tag; or nil */
	char *name[2];
	/* the numbers in it, in their order */
	u32int num[NRRnum];
	/* the rest as it came */
	uchar *data;
	int ndata;
};

RR *newrr(const char *owner, int type, u32int ttl);
void rrfree(RR *list);
RR *rrcopy(const RR *r);

enum
{
	Rok = 0,
	Rserver = 2,
	Rname = 3,
};

/* Take the DNS message of n bytes apart: its response code, and malloc'ed records of its answer
 * and authority. Returns 0, or -1, with no records, if it is malformed. */
int dnsparse(const uchar *msg, int n, int *rcode, RR **an, RR **ns);

/* --- rrtext.c --- */

/* The type of a name of dns, or -1; the name, in buf if it is a number. */
int rrtype(const char *name);
const char *rrname(int type, char buf[16]);
/* A record as dns shows it; in attributes and values. malloc'ed. */
char *rrtext(const RR *r);
char *rravtext(const RR *r);
/* The pairs of a record, as rravtext has them, in a line of t. */
void rrpairs(const RR *r, Tuple *t, int line);

/* --- cache.c --- */

struct Answer
{
	int ref;
	/* Rok, Rname, or Rserver: no server had an answer */
	int rcode;
	/* none: there are no such records */
	RR *rr;
};

Answer *newanswer(int rcode, RR *rr);
void answerput(Answer *a);
/* The answer to name and type, with a reference; or nil. */
Answer *cacheget(const char *name, int type);
/* Keep a for secs. */
void cacheput(const char *name, int type, Answer *a, u32int secs);
void cacheflush(void);
/* Keep fewer. */
void cachetrim(void);

/* --- ask.c --- */

/* Ask for the records of a type of a name: the database first, then the cache, then name servers.
 * rooted: only that name, not those of the search list. done is called once, with an answer that
 * it does not own: perhaps before asks returns, which is then nil. */
Ask *ask(const char *name, int type, int rooted, void (*done)(void *, Answer *),
    void *arg);
/* Do not call done any more. a may be nil. */
void askcancel(Ask *a);

/* Questions for up to two types of one name, which are asked at once. */
typedef struct Askpair Askpair;
typedef struct Askpart Askpart;
struct Askpart
{
	Askpair *all;
	/* nil: it is answered */
	Ask *ask;
	/* what it gave */
	RR *rr;
	int rcode;
};
struct Askpair
{
	Askpart part[2];
	/* how many are not answered */
	int left;
	void (*done)(void *);
	void *arg;
};
/* Ask for the records of a type of name, and of another, unless that is 0. done is called once, when all
 * are answered, perhaps before asktypes returns. It may free q. */
void asktypes(Askpair *q, const char *name, int type, int other, int rooted,
    void (*done)(void *), void *arg);
/* End the questions without a call of done, and free their records. */
void freeaskpair(Askpair *q);

/* --- askdb.c --- */

/* The database's answer, with a reference; nil if it does not know the name. */
Answer *dbanswer(const char *name, int type);

/* --- net.c --- */

/* Send a question. done is called once, perhaps before netquery returns: with the bytes of the
 * answer, or with n < 0 if there is none. */
void netquery(const char *name, int type,
    void (*done)(void *, const uchar *msg, int n), void *arg);
/* The domains to look for an unrooted name in; the names of dots from which on it is a domain name
 * itself. */
char **netdomains(void);
int netndots(void);
struct pollfd;
/* Enter the descriptors to wait for, at most max; the time to wait, in ms, is lowered to what
 * c-ares wants. Returns their number. */
int netpoll(struct pollfd *p, int max, int *timeout);
/* Handle what poll has said. */
void netready(struct pollfd *p, int n);

/* --- nss.c --- */

/* Does the host look names up in more than files and name servers? */
int nsshas(void);
/* Ask the C library for a host's addresses. done gets the records: none if it has none. */
void nssask(const char *name, int type, void (*done)(void *, RR *), void *arg);
/* The descriptor to wait for, -1 if there is none; then handle it. */
int nsspoll(void);
void nssready(void);

/* --- query.c: the conversation of a fid --- */

enum
{
	/* bytes of a query */
	Maxrequest = 1024,
	/* answers to one */
	Maxreply = 128,
};

struct Conv
{
	/* lines to read */
	char *line[Maxreply];
	int len[Maxreply];
	int n;
	/* what the write waits for: done is called with the error, or nil, at the end. stop ends
	 * the query without a call */
	void (*done)(void *arg, const char *err);
	void *arg;
	void (*stop)(void *query);
	void *query;
};

void convreset(Conv *c);
/* Add a line, which becomes the Conv's. */
void convadd(Conv *c, char *line);
/* The bytes at an offset, of one line, at most n: *p points to them. */
int convread(const Conv *c, vlong off, int n, const char **p);
/* The query is over. */
void convdone(Conv *c, const char *err);
/* End the query, if there is one, without a word. */
void convstop(Conv *c);

/* Carry out what was written to cs, to dns: text is changed. Each calls convdone once, perhaps
 * before it returns. */
void cswrite(Conv *c, char *text);
void dnswrite(Conv *c, char *text, vlong off);

/* --- host.c --- */

/* Look a host up: done gets its addresses as the values of a malloc'ed tuple, or nil and why. */
typedef struct Hostask Hostask;
Hostask *hostask(const char *host, int ipv6,
    void (*done)(void *, Tuple *, const char *why), void *arg);
void hoststop(Hostask *h);

/* --- csinfo.c --- */

/* "!" queries. */
void csinfo(Conv *c, char *text);

/* --- dns.c --- */

/* What dns says to an answer without records; buf is ERRMAX long. */
const char *dnswhy(const Answer *a, char *buf);

/* --- serve.c --- */

/* Carry out a message of 9P. Returns -1 if it is none. */
int serve(const uchar *msg, u32int n);
/* Where answers go: main.c, or a test. */
void senddata(const uchar *msg, u32int n);
u32int servemsize(void);

#endif
