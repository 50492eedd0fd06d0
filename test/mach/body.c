/*
 * Processes that run a C function of the kernel instead of a program: what boot.c, kern.c and
 * memproc.c share.
 */
#include "priv.h"
#include "kern.h"
#include "mmtest.h"
#include "lib/lib.h"
#include "ns/nsdat.h"
#include "proc/sys.h"

Proc *
bodyproc(const char *text, const char *user)
{
	Proc *p;

	p = newproc();
	p->text = kstrcpy(text);
	p->user = kstrcpy(user);
	p->nochild = 1;
	storerelaxed(&p->state, Running);
	return p;
}

void
runbody(void (*f)(void *), void *arg)
{
	up->nerrlab = 0;
	if(waserror())
		panic("error not caught: %s", up->errstr);
	f(arg);
	must(up->nerrlab == Kernlabels);
	poperror();
}

void
newgroups(Chan *root)
{
	up->pgrp = newpgrp();
	up->fgrp = newfgrp();
	up->egrp = newegrp();
	up->rgrp = newrgrp();
	pathclose(root->path);
	root->path = newpath("/");
	up->slash = root;
	incref(&root->r);
	up->dot = root;
}

int
takenotes(void)
{
	int n;

	qlock(&up->notelock);
	n = up->nnote;
	if(n > 0)
		strecpy(
		    lastnote, lastnote + sizeof lastnote, up->note[n - 1].msg);
	storerelaxed(&up->nnote, 0);
	astore(&up->notepending, 0);
	qunlock(&up->notelock);
	return n;
}

void
mustbeidle(void)
{
	Imagestats st;

	imagecheck();
	imagedrop();
	imagecheck();
	imagestats(&st);
	must(st.images == 0);
	must(st.pages == 0);
	must(freeframes() == totalframes());
}
