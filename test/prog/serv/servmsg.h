/*
 * What the 9P servers holdserv, wildserv and cacheserv share: their messages, their fids, and how they
 * start. A server that finds a mistake of the kernel's, or the end of its connection, exits.
 */
#ifndef SERVMSG_H
#define SERVMSG_H

#include "ninep.h"
#include "test.h"

enum
{
	/* the longest message */
	MSGMAX = 1024 * KiB,
	NFID = 1024,
};

/* the request, and the server's end of the connection */
extern uchar in[MSGMAX];
extern int servfd;

/* Begin an answer. */
void begin(int type, int tag);
void refuse(int tag, char *s);
void sendanswer(void);
/* Wait for a request of at most msize bytes. Returns its type. */
int readrequest(u32int msize);
int requesttag(void);

/* The number of the file that fid stands for, to be read and set. fid is known. */
int *fidfile(u32int fid);
/* The same for one that is not known yet. */
int *newfid(u32int fid);
void dropfid(u32int fid);
/* Set by a test's server: told of each new fid, and of each that is dropped */
extern void (*fidevent)(u32int fid, int isnew);

/* Start serve, which does not return, in a child that rfork makes with the flags. Returns the
 * descriptor to mount. */
int startchild(void (*serve)(void), int flags, int *pid);

#endif
