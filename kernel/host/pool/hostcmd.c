/*
 * Host commands, for the processes that ask for them: hostcmd.h. The launcher (launcher.c) does
 * the work.
 */
#include "u.h"
#include "host/pool/launcher.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	FUTEX_WAIT = 0,
};

/* Raise the error that h was refused with, and drop h. */
static _Noret void
refused(Hostcmd *h, const Hostspawn *s)
{
	const char *text, *what;
	long err;

	err = h->err;
	what = h->baddir ? s->dir : s->argv[0];
	cmdunref(h);
	text = hosterrstr(err);
	if(err == EAGAIN)
		error("the host allows no more processes");
	if(text == nil)
		errorf("host error %lld: '%s'", (vlong)err, what);
	errorf("%s: '%s'", text, what);
}

/* The arguments of /bin/sh that runs the program of argv; nil if there is no memory. */
static char **
shellargs(char *const *argv)
{
	char **v;
	int n;

	for(n = 0; argv[n] != nil; n++)
		;
	v = malloc((n + 2) * sizeof *v);
	if(v == nil)
		return nil;
	v[0] = (char *)"/bin/sh";
	memmove(v + 2, argv + 1, n * sizeof *v);
	return v;
}

Hostcmd *
hostspawn(const Hostspawn *s)
{
	Hostcmd *h;

	h = smalloc(sizeof *h);
	h->refs = 2;
	h->s = s;
	h->shargv = shellargs(s->argv);
	if(h->shargv == nil) {
		free(h);
		error(Enomem);
	}
	launchask(h);
	while(aload(&h->state) == Cmdasked)
		hostwait(&h->state, Cmdasked, -1);
	free(h->shargv);
	h->shargv = nil;
	if(aload(&h->state) == Cmdrefused)
		refused(h, s);
	return h;
}

int
hostcmdpid(Hostcmd *h)
{
	return h->pid;
}

void
hostcmdsignal(Hostcmd *h, int what)
{
	if(aload(&h->state) != Cmdruns)
		return;
	__atomic_fetch_or(&h->signals, what, __ATOMIC_SEQ_CST);
	launchwake();
}

int
hostcmdended(Hostcmd *h, Hostend *e)
{
	if(aload(&h->state) != Cmdended)
		return 0;
	*e = h->end;
	return 1;
}

void
hostcmdwait(Hostcmd *h, Hostend *e)
{
	long r;

	while(!hostcmdended(h, e)) {
		r = blockcall(
		    __NR_futex, &h->state, FUTEX_WAIT, Cmdruns, nil, nil, 0);
		if(r == -EINTR)
			error(Eintr);
	}
}

void
hostcmdclose(Hostcmd *h)
{
	hostcmdsignal(h, Cmdkill);
	cmdunref(h);
}
