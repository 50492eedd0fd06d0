/*
 * A small 9P server in a child process. Its tree is read only but for greeting:
 *	greeting	"hello from the server\n"; may be written
 *	prog		this program
 *	slow		a read of it is answered only when it is flushed
 *	sub/deep	"down here"
 * An attach of "refuse" fails.
 */
#ifndef TREESERV_H
#define TREESERV_H

#include "ninep.h"
#include "test.h"

enum
{
	Tversion = 100,
	Tauth = 102,
	Tattach = 104,
	Rerror = 107,
	Tflush = 108,
	Twalk = 110,
	Topen = 112,
	Tread = 116,
	Twrite = 118,
	Tclunk = 120,
	Tstat = 124,
};

/* qid paths */
enum
{
	QROOT = 0,
	QGREETING,
	QPROG,
	QSLOW,
	QSUB,
	QDEEP,
	NQ,
};

/* how many messages of each type the server got */
extern volatile int *counts;

/* Start a server. Returns the descriptor to mount; *pid is the child's. */
int startserver(int *pid);

#endif
