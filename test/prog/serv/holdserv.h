/*
 * A 9P server for tests of mounts: a child process that holds answers, and tells in what order
 * messages came. Its root has files of any name; the first letter says what one is:
 *	x	exclusive-use
 *	d	a directory, whose entries are the bytes that the test gives
 *	l	a read is answered in full when it is flushed, just before the flush
 *	n	is not there
 *	s	a read is not answered
 *	other	a plain file of zeros
 * Reads and writes transfer all that is asked.
 */
#ifndef HOLDSERV_H
#define HOLDSERV_H

#include "servmsg.h"

enum
{
	MSIZE = 1024 + IOHDRSZ,
	NLOG = 4096,
};

typedef struct Hold Hold;
struct Hold
{
	/* leave Tclunk unanswered until it is 0 and another message comes */
	volatile int holdclunk;
	/* the same for Tflush */
	volatile int holdflush;
	/* answers that are put off now */
	volatile int nheld;
	/* messages seen, by type */
	volatile int seen[128];
	/* the types of messages in their order, but for Tversion */
	volatile int nlog;
	volatile uchar log[NLOG];
	/* the smallest tag of a request but Tversion */
	volatile int mintag;
	/* the most fids at a time, and how many are in use now */
	volatile int maxfids;
	volatile int nfids;
	/* the number of the first fid, and the highest */
	volatile u32int rootfid;
	volatile u32int highfid;
	/* what a read of a directory at offset 0 gives */
	volatile int ndir;
	uchar dir[1024];
};

/* Of the server that was started last, shared with it */
extern Hold *hold;

/* Starts a server: the descriptor to mount. */
int startserver(int *pid);

#endif
