/*
 * Host files that are open for exec, shared with the next exec.
 *
 *   sharedexec   finds the open file that a walk has just seen
 *   shareexec    makes an open file available to others
 *   unshareexec  drops a user
 *
 * A program that is run over and over is usually still open when it is opened the next time: a
 * process runs it, or the last run's Chan waits to be closed. The walk's stat then tells as
 * much as the host's open would. The file is the same, and so is the time of its last change of
 * any kind, so neither contents nor permissions have changed. The descriptor is shared, because
 * no read uses its position.
 *
 * This works only for files that cannot change without a change of that time: settled in
 * hostfs.c.
 */
#include "dev/hostfs.h"

#include "host/host.h"
#include "lib/lib.h"
#include "lib/switches.h"

enum
{
	/* a power of two */
	NSHARED = 64,
};

/* In use, and unchanged, while it has users. */
struct Hostexec
{
	int users;
	int fd;
	/* the file's qid, as a walk makes it */
	Qid qid;
	vlong ctime;
	/* the version of the qid for exec */
	u32int vers;
};

static struct
{
	/* a leaf */
	Lock lk;
	/* indexed by qid.path; of two files with the same index only one can be shared */
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
