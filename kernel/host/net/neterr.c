/*
 * What ends a conversation, in the words of Plan 9's ip(3).
 */
#include "host/linux.h"

#include "host/net/netsocks.h"
#include "lib/lib.h"
#include "proc/proc.h"

typedef struct Netreason Netreason;
struct Netreason
{
	int err;
	const char *text;
};

static const Netreason reasons[] = {
    {ECONNREFUSED, Econrefused},
    {ECONNRESET, Econrefused},
    {EPIPE, Ehungup},
    {ENOTCONN, Ehungup},
    {ESHUTDOWN, Ehungup},
    {ECONNABORTED, Ehungup},
    {ETIMEDOUT, Etimedout},
    {ENETUNREACH, "net unreachable"},
    {EHOSTUNREACH, "host unreachable"},
    {EHOSTDOWN, "host unreachable"},
    {ENETDOWN, "net unreachable"},
    {ENOPROTOOPT, "protocol unreachable"},
};

const char *
netreason(int kind, long err)
{
	u32int i;

	if(kind != Nettcp && err == ECONNREFUSED)
		return "port unreachable";
	for(i = 0; i < nelem(reasons); i++)
		if(reasons[i].err == err)
			return reasons[i].text;
	return nil;
}

void
netfail(int kind, long err)
{
	const char *why;

	switch(err) {
	case EADDRINUSE:
		error("address in use");
	case EADDRNOTAVAIL:
		error("not a local IP address");
	case EAFNOSUPPORT:
		error("host has no IPv6");
	}
	why = netreason(kind, err);
	if(why != nil)
		error(why);
	hosterror(err);
}
