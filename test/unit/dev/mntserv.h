/*
 * A 9P server for tests of #M that are kernel code: a process at the other end of a pipe.
 *
 * Its root has a file of FILESIZE bytes, under any name. A write of other bytes than are there is a panic,
 * and so is a fid that is used twice.
 */
#ifndef MNTSERV_H
#define MNTSERV_H

#include "dev/devcall.h"
#include "dev/mnt.h"

enum
{
	NLATE = 4, /* reads that the server has before it answers one */
	NSERVFID = 4096, /* clunks come late when the machine is busy */
	FILESIZE = 20000,
	SRVMSIZE = 1024,
	PATIENCE = 60000, /* ms */
};

typedef struct Server Server;
struct Server
{
	Worker *w;
	Chan *c;
	u32int rand;
	/* hangs up after so many messages; 0: never */
	int last;
	/* answers some reads only when others come, or flushes */
	int lazy;
	/* the largest message */
	u32int msize;
	/* answers are written so many bytes at a time; 0: at once */
	u32int piece;
	/* one of so many answers is not as it should be; 0: none */
	u32int wild;
	/* mounted with CCACHE: several reads at once */
	int cached;
	/* hangs up in the middle of an answer; -1: nothing comes any more */
	int cut;
	/* stops in the middle of a longer message; sends one of a wrong size first */
	int stops;
	int lies;
	/* takes a longer message piece by piece, each after this, of what is left; nil: all at once */
	void (*between)(long left);
	/* atomic: answers nothing any more */
	u32int mute;
	/* does not answer reads. gotread: atomic */
	int silent;
	u32int gotread;
	/* atomic: it stands still; it may end */
	u32int stopped;
	u32int go;
	/* reads not answered: tag, offset, count */
	struct
	{
		ushort tag;
		u64int off;
		u32int n;
	} held[NLATE];
	int nheld;
	struct
	{
		u32int fid;
		int used;
	} fids[NSERVFID];
	uchar in[64 * KiB];
	uchar out[64 * KiB];
	uchar *op;
};

extern Server srv;
/* the connection, and where it is mounted */
extern Chan *conn, *at;

/* What the file has at off */
uchar byteat(u64int off);
/* Wait a millisecond, or until a note comes. */
void pausems(void);
/* Wait until *p, but not for ever. */
void await(u32int *p, const char *what, int most);
/* A new server, all of it zero but what is said here; conn is not mounted yet. */
void startserver(int last, int lazy);
/* Mount it on /n. flag: CCACHE, or 0 */
void mountserver(int flag);
void unmountserver(void);
/* up ends, or does not: it waits for no answers to clunks. */
void setexiting(int on);

#endif
