/*
 * What the two sides of host commands share: hostcmd.c asks, launcher.c serves.
 */
#ifndef LAUNCHER_H
#define LAUNCHER_H

#include "u.h"
#include "host/hostcmd.h"
#include "host/pool/pool.h"

/* Hostcmd.state */
enum
{
	/* hostspawn waits for the launcher */
	Cmdasked,
	Cmdruns,
	Cmdended,
	/* there is no command, and err says why */
	Cmdrefused,
};

struct Hostcmd
{
	/* the owner, and the launcher until the command has ended. The last frees it */
	u32int refs;
	/* futex */
	u32int state;
	/* Cmdkill and others that the launcher has yet to send */
	u32int signals;
	s32int pid;
	/* a positive host error number; baddir: it is about the directory */
	long err;
	int baddir;
	/* monons at the start */
	uvlong began;
	/* valid in state Cmdended */
	Hostend end;
	/* the request, valid in state Cmdasked. shargv is for /bin/sh, for a file without a format
	 * that the host knows: it reads the file as commands. Its name comes at shargv[1] */
	const Hostspawn *s;
	char **shargv;
	/* the next that was asked for, or that runs */
	Hostcmd *next;
};

/* launcher.c */
/* Have the launcher start h. */
void launchask(Hostcmd *h);
/* Have the launcher look at requests. */
void launchwake(void);
/* Drop a reference. */
void cmdunref(Hostcmd *h);

/* progpath.c */
/* The value of PATH in env, or what execvp(3) takes for it. */
const char *searchpath(char *const *env);
/* Put the path of prog in the first directory of *dirs into buf, of n bytes; *dirs becomes the rest,
 * nil after the last. A directory without a name is the current one: the path is then prog. A path
 * that is too long is passed over. Returns 0 if there is no directory any more. */
int nextpath(const char **dirs, const char *prog, char *buf, int n);

#endif
