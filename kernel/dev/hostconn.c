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
runcommand(const char *cmd, int fd)
{
	char *argv[] = {(char *)"/bin/sh", (char *)"-c", (char *)cmd, nil};
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

/* The command lives as long as the Chan. */
static Chan *
commandchan(const char *cmd, const char *name)
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
	f->cmd = runcommand(cmd, fd[1]);
	poperror();
	return c;
}

Chan *
dialchan(const char *addr, const char *name)
{
	const char *cmd;

	cmd = hostaddrcmd(addr);
	if(cmd != nil)
		return commandchan(cmd, name);
	return connchan(hostdial(addr), name);
}
