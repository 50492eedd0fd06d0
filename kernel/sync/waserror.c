/*
 * Errors: a stack of places to return to, and the text of the last error.
 */
#include "u.h"
#include "portdat.h"
#include "sync/sync.h"
#include "host/host.h"
#include "lib/lib.h"

void
nexterror(void)
{
	nolocks("error");
	assert(up->nerrlab > 0);
	gotolabel(&up->errlab[--up->nerrlab]);
}

void
error(const char *msg)
{
	if(up == nil)
		panic("error outside a process: %s", msg);
	/* msg may be up->errstr itself, or a part of it */
	if(msg < up->errstr || msg >= up->errstr + ERRMAX)
		strecpy(up->errstr, up->errstr + ERRMAX, msg);
	else if(msg != up->errstr) {
		strecpy(up->genbuf, up->genbuf + sizeof up->genbuf, msg);
		strecpy(up->errstr, up->errstr + ERRMAX, up->genbuf);
	}
	nexterror();
}

void
errorf(const char *fmt, ...)
{
	char buf[ERRMAX];
	va_list ap;

	va_start(ap, fmt);
	vseprint(buf, buf + sizeof buf, fmt, ap);
	va_end(ap);
	error(buf);
}
