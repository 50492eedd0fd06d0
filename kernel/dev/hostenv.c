/*
 * A process's environment as programs of the host take it: NAME=value.
 */
#include "dev/command.h"
#include "lib/lib.h"
#include "ns/egrp.h"
#include "proc/proc.h"

/* Is it a name that the host's shells know? The variables of rc's functions have others. */
static int
ishostname(const char *s)
{
	if(*s >= '0' && *s <= '9')
		return 0;
	for(; *s != 0; s++)
		if((*s < 'a' || *s > 'z') && (*s < 'A' || *s > 'Z') &&
		    (*s < '0' || *s > '9') && *s != '_')
			return 0;
	return 1;
}

/* PWD would be that of the shell which started run9. */
static int
isgiven(Evar *v)
{
	return ishostname(v->name) && strcmp(v->name, "PWD") != 0;
}

/* Put NAME=value at p; returns the end. The elements of a list, which NULs end, get blanks between
 * them. */
static char *
putvar(char *p, const char *name, const char *value, usize n)
{
	usize i;

	while(n > 0 && value[n - 1] == 0)
		n--;
	i = strlen(name);
	memmove(p, name, i);
	p += i;
	*p++ = '=';
	for(i = 0; i < n; i++)
		*p++ = value[i] != 0 ? value[i] : ' ';
	*p++ = 0;
	return p;
}

/* Caller holds e's lk. */
static char **
fillenv(Egrp *e, const char *dir)
{
	char **env, *p;
	usize n;
	int i, k;

	n = sizeof "PWD=" + strlen(dir);
	for(i = 0; i < e->nvar; i++)
		n += strlen(e->var[i]->name) + e->var[i]->len + 2;
	env = smalloc((e->nvar + 2) * sizeof *env + n);
	p = (char *)(env + e->nvar + 2);
	k = 0;
	env[k++] = p;
	p = putvar(p, "PWD", dir, strlen(dir));
	for(i = 0; i < e->nvar; i++) {
		if(!isgiven(e->var[i]))
			continue;
		env[k++] = p;
		p = putvar(
		    p, e->var[i]->name, e->var[i]->value, e->var[i]->len);
	}
	return env;
}

char **
hostenv(Egrp *e, const char *dir)
{
	char **env;

	rlock(&e->lk);
	onerror(runlock(&e->lk));
	env = fillenv(e, dir);
	poperror();
	runlock(&e->lk);
	return env;
}
