/*
 * Memory that is there or an error.
 */
#include "u.h"
#include "lib/error.h"
#include "lib/lib.h"
#include "sync/sync.h"

void *
smalloc(usize n)
{
	void *p;

	p = malloc(n);
	if(p == nil)
		error(Enomem);
	return p;
}

char *
kstrcpy(const char *s)
{
	usize n;

	n = strlen(s) + 1;
	return memmove(smalloc(n), s, n);
}

void
kstrdup(char **p, const char *s)
{
	char *n, *old;

	n = kstrcpy(s);
	old = *p;
	*p = n;
	free(old);
}
