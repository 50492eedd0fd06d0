/*
 * The limit of the kernel's own memory: limitheap.h.
 */
#include "limitheap.h"

#define TIB (1ULL << 40)

enum
{
	/* bytes in one direction of a pipe */
	Pipefull = 32 * KiB,
	/* of the kernel's 512 MiB; what holds a block of 100 bytes is larger than it */
	Leastheap = 200 * MiB,
	/* processes that hold pipes */
	Mostholders = 16,
	Tables = 200,
};

/* What processes share. What they say to each other takes no memory of the kernel's. */
static struct
{
	/* bytes that are in pipes */
	vlong total;
	/* a process cannot fill more pipes, because of why: a semaphore */
	s32int told;
	char why[ERRMAX];
} * shared;

/* Fill pipes with blocks of so many bytes, until nothing more can be had. */
static void
fillpipes(int size)
{
	static char buf[Pipefull];
	int k, p[2], all;

	while(pipe(p) >= 0)
		for(k = 0; k < 2; k++)
			for(all = 0; all + size <= Pipefull; all += size) {
				if(write(p[k], buf, size) != size)
					return;
				shared->total += size;
			}
}

/* Processes that fill pipes; the last of them found no memory. Each time with blocks of another
 * size: what held the former must be there for them. The MiB that fit. */
int
heapreach(void)
{
	static const int sizes[] = {100, 8000};
	static char why[1];
	static int round;
	int k, pid;

	if(round == 0)
		shared = segattach(0, "shared", nil, BY2PG);
	shared->total = 0;
	openbarrier();
	shared->told = 0;
	for(k = 0; k < Mostholders; k++) {
		pid = rfork(RFPROC | RFFDG | RFNOWAIT);
		if(pid < 0)
			return k;
		if(pid == 0) {
			close(barrier[1]);
			fillpipes(sizes[round]);
			rerrstr(shared->why, sizeof shared->why);
			semrelease(&shared->told, 1);
			read(barrier[0], why, 1);
			exits(nil);
		}
		if(tsemacquire(&shared->told, 60000) != 1)
			sysfatal("a process that fills pipes has gone");
		if(strcmp(shared->why, "no free file descriptors") != 0)
			break;
	}
	round++;
	if(shared->total < Leastheap)
		sysfatal(
		    "only %lld bytes fit into the kernel's memory, then: %s",
		    shared->total, shared->why);
	werrstr("%s", shared->why);
	return shared->total / MiB;
}

/* The same, and then this process touches memory that needs tables: one of the others must go. */
int
heapfaultreach(void)
{
	char why[ERRMAX];
	char *p, *top;
	int n, i;

	top = sbrk(0);
	p = sbrk(Tables * 2 * MiB);
	if(p == (void *)-1)
		sysfatal("brk: %r");
	n = heapreach();
	rerrstr(why, sizeof why);
	for(i = 0; i < Tables; i++)
		p[(usize)i * 2 * MiB] = 1;
	if(brk_(top) < 0)
		sysfatal("brk: %r");
	werrstr("%s", why);
	return n;
}

/* A page in each table of pages, and a table for each page: what the kernel knows of a page takes
 * more memory than the page. The MiB that could be touched. */
int
tablesreach(void)
{
	static Waitmsg w;
	char *p;
	int pid;

	if(shared == nil)
		shared = segattach(0, "shared", nil, BY2PG);
	shared->total = 0;
	pid = rfork(RFPROC | RFFDG);
	if(pid < 0)
		sysfatal("rfork: %r");
	if(pid == 0)
		for(p = sbrk(TIB);; p += 2 * MiB) {
			*p = 1;
			shared->total += BY2PG;
		}
	if(waitpid(pid, &w) < 0)
		sysfatal("wait: %r");
	p = strstr(w.msg, " addr=");
	if(p != nil)
		*p = 0;
	p = strstr(w.msg, ": ");
	werrstr("%s", p != nil ? p + 2 : w.msg);
	return shared->total / MiB;
}
