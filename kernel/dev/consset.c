/*
 * Messages and names that are written to files of #c: cons(3).
 */
#include "dev/cons.h"

#include "host/host.h"
#include "lib/lib.h"
#include "ns/ns.h"
#include "proc/proc.h"

static const char Ebadtime[] = "bad time control";
static const char Eclock[] = "the clock is the host's to set";

void
getword(char *word, usize max, const char *buf, long n)
{
	if(n < 0 || (usize)n >= max)
		error(Ebadarg);
	memmove(word, buf, n);
	word[n] = 0;
}

void
getline(char *word, usize max, const char *buf, long n)
{
	if(n == 0)
		error(Ebadarg);
	getword(word, max, buf, n);
	if(word[n - 1] == '\n')
		word[n - 1] = 0;
}

void
sethostowner(const char *buf, long n)
{
	char word[KNAMELEN];

	if(!iseve())
		error(Eperm);
	if(n >= KNAMELEN)
		error(Etoolong);
	getline(word, sizeof word, buf, n);
	if(strcmp(word, eve) != 0)
		error("the host owner is the user who started run9");
}

void
setuser(const char *buf, long n)
{
	if(n != 4 || memcmp(buf, "none", 4) != 0)
		error(Eperm);
	procsetuser("none");
}

_Noret void
settime(const char *buf, long n)
{
	char word[NUMSIZE + 1];

	if(!iseve())
		error(Eperm);
	if((usize)n >= sizeof word)
		error(Ebadtime);
	getword(word, sizeof word, buf, n);
	if(*word == '-' || strtoull(word, nil, 0) == 0)
		error(Ebadtime);
	error(Eclock);
}

/* A letter, and numbers of a length that it says. */
long
setbintime(const char *buf, long n)
{
	long len;

	if(!iseve())
		error(Eperm);
	switch(n > 0 ? buf[0] : 0) {
	case 'n':
	case 'f':
		len = 1 + 8;
		break;
	case 'd':
		len = 1 + 8 + 4;
		break;
	default:
		return n > 0 ? n - 1 : 0;
	}
	error(n < len ? Ebadtime : Eclock);
}

void
consreboot(const char *buf, long n)
{
	static Cmdtab tab[] = {
	    {1, "reboot", 0},
	    {0, "panic", 0},
	    {0, "rdb", 0},
	};
	Cmdbuf *cb;
	int ours;

	if(!iseve())
		error(Eperm);
	cb = parsecmd(buf, n);
	onerror(free(cb));
	/* there is no kernel to boot, and no debugger of it */
	ours = lookupcmd(cb, tab, nelem(tab))->index && cb->nf == 1;
	poperror();
	free(cb);
	if(!ours)
		error(Enotimpl);
	hostexit(0);
}

/* Of op only the first letter counts, and whether ~ follows &. */
void
chdev(const char *buf, long n)
{
	static Cmdtab tab[] = {{0, "chdev", 0}};
	const char *op;
	Cmdbuf *cb;

	cb = parsecmd(buf, n);
	onerror(free(cb));
	lookupcmd(cb, tab, nelem(tab));
	op = cb->nf > 1 ? cb->f[1] : "";
	if(op[0] == '~' && cb->nf == 2)
		denyallbut(up->pgrp, "");
	else if(op[0] == '&' && op[1] == '~' && cb->nf == 3)
		denydevs(up->pgrp, cb->f[2]);
	else if(op[0] == '&' && cb->nf == 3)
		denyallbut(up->pgrp, cb->f[2]);
	else
		error(Ebadarg);
	poperror();
	free(cb);
}
