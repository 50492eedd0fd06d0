/*
 * Which processes have the kernel's memory.
 *
 *   heapcount heapusedby
 *
 * It is asked when there is none left, so nothing is counted before, and nothing is allocated: the
 * counts are in a table of a fixed size. Memory counts for the process that allocated it, as long
 * as that lives.
 */
#include "u.h"
#include "portdat.h"
#include "sync/heappages.h"
#include "sync/sync.h"
#include "lib/lib.h"

enum
{
	/* a power of 2, twice as many as there are processes */
	Nuser = 8192,
};

typedef struct User User;
struct User
{
	/* the low bits of the process's pid; 0: no process has this place yet */
	u32int pid;
	uvlong bytes;
};

static User users[Nuser];

/* The place of pid, or a free one, or nil. */
static User *
userof(u32int pid)
{
	u32int i;
	User *u;

	for(i = 0; i < Nuser; i++) {
		u = &users[(pid + i) % Nuser];
		if(u->pid == pid || u->pid == 0)
			return u;
	}
	return nil;
}

static void
adduse(u32int pid, usize n)
{
	User *u;

	if(pid == 0)
		return;
	u = userof(pid);
	if(u == nil)
		return;
	u->pid = pid;
	u->bytes += n;
}

void
heapcount(void)
{
	memset(users, 0, sizeof users);
	heapwalk(adduse);
}

uvlong
heapusedby(u32int pid)
{
	User *u;

	pid &= Pidmask;
	u = pid != 0 ? userof(pid) : nil;
	return u != nil ? u->bytes : 0;
}
