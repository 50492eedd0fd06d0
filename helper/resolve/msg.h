/*
 * The parts of 9P messages, for serve.c.
 */
#ifndef MSG_H
#define MSG_H

#include "u.h"
#include "p9msg.h"

enum
{
	Msize = 8192 + IOHDRSZ,
};

typedef struct Out Out;
typedef struct Req Req;

/* The body of a request. */
struct Req
{
	const uchar *p;
	const uchar *e;
	int type;
	ushort tag;
	/* it is too short */
	int bad;
};

/* An answer that is being made. */
struct Out
{
	uchar b[Msize];
	u32int n;
};

/* The next number of size bytes. */
uvlong numfield(Req *r, int size);
/* The next string, malloc'ed; "" if it is bad. */
char *strfield(Req *r);
/* Begin an answer; add to it; send it. */
void msgstart(Out *o, int type, ushort tag);
void putnum(Out *o, uvlong v, int size);
void putstring(Out *o, const char *s);
void putqid(Out *o, uvlong path, int type);
void msgsend(Out *o);

#endif
