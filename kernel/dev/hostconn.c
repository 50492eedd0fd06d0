/*
 * #Z: connections of the host as open Chans, for 9P.
 */
#include "dev/hostfs.h"

#include "host/host.h"
#include "host/hostcmd.h"
#include "host/hostsock.h"
#include "lib/lib.h"
#include "proc/proc.h"

/* Run a command of the host, whose standard input and output are fd, and close fd. */
static Hostcmd *
runcommand(char *const *argv, int fd)
{
	Hostspawn s = {.argv = argv, .fd = {fd, fd, 2}};
	Hostcmd *h;

	onerror(hostclose(fd));
	h = hostspawn(&s);
	poperror();
	hostclose(fd);
	return h;
}

Chan *
connchan(int fd, const char *name)
{
	Chan *c;

	onerror(hostclose(fd));
	c = hostfdchan(fd, 0, name);
	poperror();
	return c;
}

Chan *
commandchan(char *const *argv, const char *name)
{
	Hostfile *f;
	Chan *c;
	int fd[2];

	hostsockpair(fd);
	onerror(hostclose(fd[1]));
	c = connchan(fd[0], name);
	poperror();
	onerror(cclose(c));
	f = c->aux;
	f->cmd = runcommand(argv, fd[1]);
	poperror();
	return c;
}

Chan *
dialchan(const char *addr, const char *name)
{
	const char *cmd;
	char *argv[] = {(char *)"/bin/sh", (char *)"-c", nil, nil};

	cmd = hostaddrcmd(addr);
	if(cmd != nil) {
		argv[2] = (char *)cmd;
		return commandchan(argv, name);
	}
	return connchan(hostdial(addr), name);
}
