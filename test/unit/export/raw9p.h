/*
 * A client of 9P2000 that says whatever a test wants: messages by hand, on one end of a pipe. An
 * Export serves the other.
 */
#ifndef RAW9P_H
#define RAW9P_H

#include "mach/kern.h"
#include "p9msg.h"
#include "export/export.h"
#include "lib/lib.h"
#include "ns/devtab.h"
#include "ns/ns.h"

typedef struct Raw Raw;
struct Raw
{
	Chan *c;
	ushort tag;
	/* the request that is being built */
	uchar out[72 * KiB];
	uchar *op;
	/* bytes that came; the last answer begins at in + at, and has n bytes */
	uchar in[256 * KiB];
	u32int at;
	u32int n;
	u32int have;
};

/* A connection to e. */
void rawdial(Raw *r, Export *e);
/* The client hangs up. */
void rawclose(Raw *r);

/* A request, in parts: a letter of fmt for each argument. b w d q: 1, 2, 4, 8 bytes; s: a string;
 * n: bytes, by address and number. */
void rawput(Raw *r, int type, ushort tag, const char *fmt, ...);
/* Send it, also in pieces of n bytes; or only bytes. */
void rawsend(Raw *r);
void rawbytes(Raw *r, const void *p, u32int n);
/* The next answer: its type, and its tag in r->tag; its body is at rawbody. 0: the server hung up. */
int rawget(Raw *r);
const uchar *rawbody(Raw *r);
u32int rawnbody(Raw *r);

/* rawput, rawsend and rawget, with tag 1: the type of the answer. */
int raw(Raw *r, int type, const char *fmt, ...);
/* The text of the Rerror that came last. */
const char *rawerror(Raw *r);
/* Tversion and Tattach: fid 0 is the root. */
void rawstart(Raw *r, u32int msize);
/* A Twalk of names that blanks separate: the type of the answer */
int rawwalk(Raw *r, u32int fid, u32int newfid, const char *names);

#endif
