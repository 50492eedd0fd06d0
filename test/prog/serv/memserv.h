/*
 * A 9P server for tests of mounts, from section 5 of the manual: a child process, or a process that
 * shares the caller's memory and descriptors.
 *
 * It keeps small files in memory. At first:
 *	hello	"hello\n"
 *	prog	this program; read only
 *	log	empty, append only
 *	d/deep	"deep\n"
 */
#ifndef MEMSERV_H
#define MEMSERV_H

#include "ninep.h"
#include "test.h"

enum
{
	MSIZE = 8192 + IOHDRSZ,
	/* requests that the server may put off */
	NHELD = 4,
};

/* What the cases tell the server, and it them. */
typedef struct Ctl Ctl;
struct Ctl
{
	/* hang up when this comes; after half of the answer */
	volatile int hang;
	volatile int half;
	/* leave this unanswered until it is flushed; then answer it, before Rflush */
	volatile int silent;
	volatile int late;
	/* answers go in pieces of so many bytes */
	volatile int piece;
	/* gather so many reads, and answer the last first */
	volatile int gather;
	/* messages seen, by type */
	volatile int seen[128];
};

/* Flags of rfork for a server that is a child, or shares memory and descriptors. */
enum
{
	Child = RFFDG,
	Thread = RFMEM,
};

/* Of the server that runs: shared with it */
extern Ctl *sctl;
/* its process; the descriptor to mount, and the server's end */
extern int spid, mfd, sfd;

void startserver(int kind);
/* The same, and mount it on /mnt. */
void mountserver(int kind);
/* Unmount /mnt: the server reads the end of file, and ends. */
void serverends(void);
/* For a case that is its own server: read the next message; answer it. */
uchar *readmsg(void);
void answer(uchar *p);

#endif
