/*
 * A 9P server for tests of mounts: a child process, whose files are slow, silent, dead or wrong.
 *
 * The server's files are in one directory:
 *	big	BIG bytes, each told by its offset; what is written must be the same bytes
 *	slow	a read is answered by nothing but its flush
 *	late	a read is answered when it is flushed, just before the flush
 *	silent	a read is not answered, nor is its flush
 *	broken	a read is answered by a message of 3 bytes
 *	huge	the same, of 16 MiB
 *	stop	an open stops the server, for up to STOPMS, until the case lets it go on
 */
#ifndef WILDSERV_H
#define WILDSERV_H

#include "servmsg.h"

enum
{
	MSIZE = MSGMAX,
	BIG = 300000,
};

/* Of the server that runs, shared with it: messages seen, by type; counts[0]: the stopped server may go
 * on. */
extern volatile int *counts;
/* To rfork, for the next server */
extern int shares;

/* What big has at off */
uchar byteat(u64int off);
/* Starts a server that takes messages of size: the descriptor to mount. */
int startserver(u32int size, int *pid);

#endif
