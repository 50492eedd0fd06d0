/*
 * #Z: connections of the host as open Chans, for 9P.
 */
#include "dev/hostfs.h"

#include "host/host.h"
#include "host/hostsock.h"
#include "lib/lib.h"
#include "proc/proc.h"

Chan *
dialchan(const char *addr, const char *name)
{
	Chan *c;
	int fd;

	fd = hostdial(addr);
	onerror(hostclose(fd));
	c = hostfdchan(fd, 0, name);
	poperror();
	return c;
}
