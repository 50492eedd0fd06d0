/*
 * Host files that are open for exec, shared with the next exec.
 *
 *   sharedexec  the one that is the file a walk just saw, or nil
 *   shareexec   one more that others may share
 *   unshareexec
 *
 * A program that is run over and over is still open when it is opened the next time: a
 * process runs it, or the last run's Chan waits to be closed. The walk's stat then tells
 * all that the host's open would: it is the same file, and the time of its last change of
 * any kind is the same, so neither contents nor permissions have changed. The descriptor
 * is shared, because no read uses its position.
 *
 * This is for files that cannot change without a change of that time: see settled in
 * hostfs.c.
 */
#include "dev/hostfs.h"

#include "host/host.h"
#include "lib/lib.h"
#include "lib/switches.h"

enum
{
	NSHARED = 64, /* a power of two */
};

/* In use, and constant, while it has a user. */
struct Hostexec
{
	int users;
	int fd;
	/* by the walk */
	Qid qid;
	vlong ctime;
	/* for exec */
	u32int vers;
};

static struct
{
	Lock lk; /* a leaf */
	/* by qid.path; two of one place do not both fit */
	Hostexec files[NSHARED];
} shared = {.lk = LOCKRANK(Rhostexec)};

static Hostexec *
placeof(Qid q)
{
	return &shared.files[(q.path ^ q.path >> 20) & (NSHARED - 1)];
}

Hostexec *
sharedexec(Qid q, vlong ctime, int *fd, u32int *vers)
{
	Hostexec *e;
	int same;

	if(isoff(Swshareexec))
		return nil;
	e = placeof(q);
	lock(&shared.lk);
	same = e->users > 0 && e->qid.path == q.path && e->qid.vers == q.vers &&
	    e->qid.type == q.type && e->ctime == ctime;
	if(same) {
		e->users++;
		*fd = e->fd;
		*vers = e->vers;
	}
	unlock(&shared.lk);
	return same ? e : nil;
}

Hostexec *
shareexec(Qid q, vlong ctime, int fd, u32int vers)
{
	Hostexec *e;
	int mine;

	e = placeof(q);
	lock(&shared.lk);
	mine = e->users == 0;
	if(mine) {
		e->users = 1;
		e->fd = fd;
		e->qid = q;
		e->ctime = ctime;
		e->vers = vers;
	}
	unlock(&shared.lk);
	return mine ? e : nil;
}

int
unshareexec(Hostexec *e)
{
	int last;

	lock(&shared.lk);
	assert(e->users > 0);
	last = --e->users == 0;
	unlock(&shared.lk);
	return last;
}
