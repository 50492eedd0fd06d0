/*
 * Note handlers in C: notify(2). Which handler a process has is kept in
 * its stack (see _libmain), which is never shared, so processes that share
 * memory have handlers of their own as the manual says.
 */
#include "lib.h"

_Noret void _notemain(Ureg *u, char *msg);

void
_notemain(Ureg *u, char *msg)
{
	_private->handler(u, msg);
	exits("note handler returned");
}

int
notify(void (*f)(Ureg *, char *))
{
	_private->handler = f;
	return _notify(f == nil ? nil : _notetramp);
}

static void
callall(Ureg *u, char *msg)
{
	Private *p = _private;
	int i;

	for(i = 0; i < NATNOTIFY; i++)
		if(p->at[i] != nil && p->at[i](u, msg))
			noted(NCONT);
	noted(NDFLT);
}

int
atnotify(int (*f)(Ureg *, char *), int in)
{
	Private *p = _private;
	int i;

	for(i = 0; i < NATNOTIFY; i++)
		if(p->at[i] == (in ? nil : f)) {
			p->at[i] = in ? f : nil;
			notify(callall);
			return 1;
		}
	return 0;
}

void
notejmp(Ureg *u, jmp_buf env, int val)
{
	u->ax = val != 0 ? val : 1;
	u->bx = env[0];
	u->bp = env[1];
	u->r12 = env[2];
	u->r13 = env[3];
	u->r14 = env[4];
	u->r15 = env[5];
	u->sp = env[6];
	u->pc = env[7];
	noted(NCONT);
	exits("noted returned");
}
