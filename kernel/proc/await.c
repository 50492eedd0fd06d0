/*
 * Waiting for children: await(2), and /proc/n/wait of proc(3). exit.c makes the records.
 */
#include "u.h"
#include "proc/proc.h"
#include "proc/step.h"
#include "proc/sys.h"
#include "host/host.h"
#include "lib/atomic.h"
#include "lib/lib.h"
#include "mm/mm.h"

typedef struct Parent Parent;
struct Parent
{
	Proc *p;
	u32int pid;
};

static int
haswaitq(void *arg)
{
	Parent *f;

	f = arg;
	return aload(&f->p->waitq) != nil || isgone(f->p, f->pid);
}

/*
 * Become the only reader of the wait records of process pid, whose Proc is p. Errors if there
 * is a reader.
 *
 * waitreader may name a reader of an earlier process that had this Proc. That reader gives up
 * soon, and has nothing to do with this process, so this takes its place. Pids ascend, so the
 * earlier process's pid is lower.
 */
static void
takewaitreader(Proc *p, u32int pid)
{
	u32int reader;

	do {
		reader = aload(&p->waitreader);
		if(reader == pid)
			error(Einuse);
		if(reader > pid)
			error(Eprocdied);
	} while(!cas(&p->waitreader, reader, pid));
}

/* The body of nextwait, for the only reader. */
static Waitq *
waitrecord(Proc *p, u32int pid)
{
	Parent f;
	Waitq *w;
	int none;

	f = (Parent){p, pid};
	for(;;) {
		lock(&p->exl);
		w = p->waitq;
		if(w != nil && !isgone(p, pid)) {
			storerelaxed(&p->waitq, w->next);
			p->nwait--;
			unlock(&p->exl);
			return w;
		}
		none = p == up && p->nchild == 0;
		unlock(&p->exl);
		if(isgone(p, pid))
			error(Eprocdied);
		if(none)
			error(Enochild);
		sleep(&p->waitr, haswaitq, &f);
	}
}

Waitq *
nextwait(Proc *p, u32int pid)
{
	Waitq *w;

	takewaitreader(p, pid);
	/* the exchange fails if a reader of the Proc's next process has taken the place */
	onerror(cas(&p->waitreader, pid, 0));
	w = waitrecord(p, pid);
	poperror();
	cas(&p->waitreader, pid, 0);
	return w;
}

int
waittext(char *buf, int n, const Waitq *w)
{
	return snprint(buf, n, "%ud %ud %ud %ud %q", w->pid, w->time[0],
	    w->time[1], w->time[2], w->msg);
}

uintptr
sysawait(uintptr *args)
{
	char buf[WAITTEXT], *to;
	u32int n;
	Waitq *w;
	int i;

	n = ARGULONG(args[1]);
	to = validaddr(args[0], n, 1);
	step("the parent runs, and calls await");
	w = nextwait(up, up->pid);
	step("await: hand-over to the parent");
	if(n > sizeof buf)
		n = sizeof buf;
	i = waittext(buf, n, w);
	free(w);
	/* there is no room for the NUL; the record is lost, and there is no error string */
	if(n == 0)
		return -1;
	memmove(to, buf, i + 1);
	return i;
}

/* await in its old form: the record is a structure of fixed fields. */
uintptr
sys_wait(uintptr *args)
{
	enum
	{
		OLDERRMAX = 64,
		NUM = 12,
		Size = 4 * NUM + OLDERRMAX,
	};
	char buf[Size], *to;
	Waitq *w;
	u32int pid;
	int i;

	to = nil;
	if(args[0] != 0)
		to = validaddr(args[0], Size, 1);
	w = nextwait(up, up->pid);
	pid = w->pid;
	memset(buf, 0, sizeof buf);
	snprint(buf, NUM, "%11d", w->pid);
	for(i = 0; i < 3; i++)
		snprint(buf + NUM + i * NUM, NUM, "%11d", w->time[i]);
	for(i = 1; i <= 4; i++)
		buf[i * NUM - 1] = ' ';
	strecpy(buf + 4 * NUM, buf + Size, w->msg);
	free(w);
	if(to != nil)
		memmove(to, buf, Size);
	return pid;
}
