/*
 * A 9P server for tests of mounts: a child process with a small tree, read only but for greeting:
 *	greeting	"hello from the server\n"; may be written
 *	prog		this program
 *	slow		a read of it is answered only when it is flushed
 *	sub/deep	"down here"
 * It takes authentication for the tree "guarded" only.
 */
#ifndef TREESERV_H
#define TREESERV_H

#include "ninep.h"
#include "test.h"

enum
{
	MSIZE = 8192 + IOHDRSZ,

	/* qid.path */
	QROOT = 0,
	QGREETING,
	QPROG,
	QSLOW,
	QSUB,
	QDEEP,
	NQ,
};

/* Of the server that runs, shared with it: messages seen, by type */
extern volatile int *counts;

/* Starts a server; the descriptor to mount. */
int startserver(int *pid);

#endif
