/*
 * Control messages: the fields of a write to a ctl file, and the tables of messages that
 * devices know.
 */
#include "u.h"
#include "dev/dev.h"
#include "lib/lib.h"
#include "proc/proc.h"

enum
{
	/* the most bytes in a message */
	MAXCMD = 8 * KiB,
};

Cmdbuf *
parsecmd(const char *buf, long n)
{
	Cmdbuf *cb;
	usize head;
	long max;

	if(n < 0 || n > MAXCMD)
		error(Etoobig);
	/* every field but the last takes at least a byte and a separator */
	max = n / 2 + 1;
	head = ROUNDUP(sizeof *cb + n, sizeof(char *));
	cb = smalloc(head + (max + 1) * sizeof(char *));
	onerror(free(cb));
	memmove(cb->buf, buf, n);
	poperror();
	cb->buf[n] = 0;
	if(n > 0 && cb->buf[n - 1] == '\n')
		cb->buf[n - 1] = 0;
	cb->f = (char **)((char *)cb + head);
	cb->nf = tokenize(cb->buf, cb->f, max);
	return cb;
}

/* error(msg), with the command after it. */
static _Noret void
cmderror(Cmdbuf *cb, const char *msg)
{
	char text[ERRMAX], *p, *e;
	int i;

	p = text;
	e = text + sizeof text;
	p = seprint(p, e, "%s \"", msg);
	for(i = 0; i < cb->nf; i++)
		p = seprint(p, e, i > 0 ? " %q" : "%q", cb->f[i]);
	strecpy(p, e, "\"");
	error(text);
}

Cmdtab *
lookupcmd(Cmdbuf *cb, Cmdtab *tab, int ntab)
{
	int i;

	if(cb->nf == 0)
		error("empty control message");
	for(i = 0; i < ntab; i++) {
		if(strcmp(tab[i].cmd, "*") != 0 &&
		    strcmp(tab[i].cmd, cb->f[0]) != 0)
			continue;
		if(tab[i].narg != 0 && tab[i].narg != cb->nf)
			cmderror(cb, Ecmdargs);
		return &tab[i];
	}
	cmderror(cb, "unknown control message");
}
