/*
 * #C: the messages of ctl files.
 */
#include "dev/command.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	CMdir,
	CMexec,
	CMkill,
	CMkillonclose,
	CMnice,
	CMnote,
};

static Cmdtab ctltab[] = {
    {CMdir, "dir", 2},
    {CMexec, "exec", 0},
    {CMkill, "kill", 1},
    {CMkillonclose, "killonclose", 1},
    {CMnice, "nice", 0},
    {CMnote, "note", 2},
};

/* The signal of a note. */
static int
signalof(const char *note)
{
	static const struct
	{
		const char *note;
		int what;
	} notes[] = {
	    {"interrupt", Cmdinterrupt},
	    {"hangup", Cmdhangup},
	    {"term", Cmdterm},
	    {"kill", Cmdkill},
	};
	uint i;

	for(i = 0; i < nelem(notes); i++)
		if(strcmp(note, notes[i].note) == 0)
			return notes[i].what;
	error(Ebadctl);
}

/* Caller holds cmdlk. */
static void
notecmd(Cmdconv *v, int what)
{
	Hostend e;

	if(v->cmd == nil || hostcmdended(v->cmd, &e))
		error("not started");
	hostcmdsignal(v->cmd, what);
}

static int
nicelevel(Cmdbuf *cb)
{
	int n;

	n = cb->nf > 1 ? atoi(cb->f[1]) : 1;
	if(cb->nf > 2 || n < 1 || n > 3)
		error(Ebadctl);
	return n;
}

/* All messages but exec. Caller holds cmdlk. */
static void
lockedctl(Cmdconv *v, int index, Cmdbuf *cb)
{
	switch(index) {
	case CMdir:
		if(v->started)
			error(Einuse);
		kstrdup(&v->dir, cb->f[1]);
		break;
	case CMkill:
		notecmd(v, Cmdkill);
		break;
	case CMkillonclose:
		v->killonclose = 1;
		break;
	case CMnice:
		v->nice = nicelevel(cb);
		break;
	case CMnote:
		notecmd(v, signalof(cb->f[1]));
		break;
	}
}

static void
control(Cmdconv *v, Cmdbuf *cb)
{
	int index;

	index = lookupcmd(cb, ctltab, nelem(ctltab))->index;
	if(index == CMexec) {
		if(cb->nf < 2)
			error(Etoosmall);
		cmdexec(v, cb->f + 1);
		return;
	}
	qlock(&cmdlk);
	onerror(qunlock(&cmdlk));
	lockedctl(v, index, cb);
	poperror();
	qunlock(&cmdlk);
}

void
cmdctl(Cmdconv *v, const void *buf, long n)
{
	Cmdbuf *cb;

	cb = parsecmd(buf, n);
	onerror(free(cb));
	control(v, cb);
	poperror();
	free(cb);
}
