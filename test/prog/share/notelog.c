#include "notelog.h"

char notes[8][ERRMAX];
volatile int nnote;
Ureg saved;

void
remember(Ureg *u, char *msg)
{
	saved = *u;
	if(nnote < (int)nelem(notes))
		strecpy(notes[nnote], notes[nnote] + ERRMAX, msg);
	nnote++;
}

void
record(Ureg *u, char *msg)
{
	remember(u, msg);
	noted(NCONT);
}

void
postself(char *note)
{
	if(postnote(getpid(), note) < 0)
		fail("posting '%s': %r", note);
}

void
waitnotes(int n)
{
	while(nnote < n)
		sleep(0);
}
