/*
 * exec's arguments: copied once, and limited.
 */
#include "proc/execargs.h"
#include "proc/proc.h"
#include "lib/lib.h"
#include "mm/mm.h"

void
addarg(Args *a, const char *s)
{
	usize n;
	char *p;

	n = strlen(s) + 1;
	if(a->n + n + (a->argc + 2) * Argword > MaxArgBytes)
		error(Enovmem);
	if(a->n + n > a->size) {
		p = realloc(a->buf, 2 * a->size + n + 256);
		if(p == nil)
			error(Enomem);
		a->buf = p;
		a->size = 2 * a->size + n + 256;
	}
	memmove(a->buf + a->n, s, n);
	a->n += n;
	a->argc++;
}

static void
useraddarg(Args *a, uintptr va)
{
	char *s;

	s = validtext(va, USTKSIZE, Ebadarg);
	onerror(free(s));
	addarg(a, s);
	poperror();
	free(s);
}

void
checkargv(uintptr argv)
{
	validaddr(argv, 2 * Argword, 0);
	if(*(uintptr *)userptr(argv) == 0)
		error(Ebadarg);
}

void
userargs(Args *a, uintptr argv, int skip)
{
	uintptr p;
	int i;

	for(i = 0;; i++, argv += Argword) {
		/* check argv at its start and in each page that it enters; it need not be
		 * aligned */
		if(i == 0 || argv % BY2PG == 0 ||
		    argv % BY2PG > BY2PG - Argword)
			validaddr(argv, Argword, 0);
		memmove(&p, userptr(argv), sizeof p);
		if(p == 0)
			return;
		if(i >= skip)
			useraddarg(a, p);
	}
}

void
kernelargs(Args *a, char **argv, int skip)
{
	int i;

	for(i = 0; argv[i] != nil; i++)
		if(i >= skip)
			addarg(a, argv[i]);
}

char *
quotedargs(Args *a)
{
	char *s, *e, *p, *q;
	usize n;
	int i;

	n = 2 * a->n + 3 * (usize)a->argc + 1;
	if(n > ShownArgs)
		n = ShownArgs;
	s = malloc(n);
	if(s == nil)
		return nil;
	e = s + n;
	p = a->buf;
	q = s;
	for(i = 0; i < a->argc && e - q > 1; i++) {
		q = seprint(q, e, i == 0 ? "%q" : " %q", p);
		p += strlen(p) + 1;
	}
	return s;
}
