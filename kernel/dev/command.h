/*
 * What the files of #C (command.c) share. No other file includes this.
 */
#ifndef COMMAND_H
#define COMMAND_H

#include "u.h"
#include "dev/dev.h"
#include "host/hostcmd.h"

enum
{
	MAXCONV = 1000,
};

typedef struct Cmdconv Cmdconv;
typedef struct Cmdwaiter Cmdwaiter;

/* indices of Cmdconv.fd and Cmdconv.count */
enum
{
	Cmdin,
	Cmdout,
	Cmderr,
	Ncmdfile,
};

/* A connection: a directory of #C, with the command that it has started. */
struct Cmdconv
{
	int n;
	/* how many ctl, data, stderr and wait files are open; 0: free */
	int inuse;
	char *owner;
	u32int perm;
	/* run9's ends of the command's standard files, and how many have them open; -1: none */
	int fd[Ncmdfile];
	int count[Ncmdfile];
	/* by ctl messages: the directory, or nil; 0, or 1 to 3 */
	char *dir;
	int nice;
	int killonclose;
	/* exec has been asked for */
	int started;
	/* arg0 of it, or nil */
	char *arg0;
	/* the command; nil before it runs */
	Hostcmd *cmd;
	/* those that read the wait file before that */
	Cmdwaiter *waiting;
};

/* Guards all Cmdconvs. Not held while the host is asked for what may take time. */
extern QLock cmdlk;

/* cmdconv.c. The caller holds cmdlk, but for cmdexec. Errors. */

/* The connection with that number, or nil. */
Cmdconv *cmdconvof(uint n);
int ncmdconv(void);
/* A free one, which is in use now. */
Cmdconv *newcmdconv(void);
/* One more file of v is open. */
void useconv(Cmdconv *v);
/* A file of v is closed. ctl: it is the ctl file. */
void leaveconv(Cmdconv *v, int ctl);
/* data is open for reading or writing, or stderr for reading; the last that is closed closes the
 * pipe. */
void opencmdfile(Cmdconv *v, int file);
void closecmdfile(Cmdconv *v, int file);
/* Start argv. Takes cmdlk. */
void cmdexec(Cmdconv *v, char **argv);
/* Wait until v's command has ended. Takes cmdlk. (blocks) */
void cmdwait(Cmdconv *v, Hostend *e);

/* cmdctl.c: a write of n bytes to v's ctl file. Takes cmdlk. Errors. */
void cmdctl(Cmdconv *v, const void *buf, long n);

/* hostenv.c: e as the host has an environment, ended by nil; with dir as PWD. smalloc'ed in one
 * piece. Errors. */
char **hostenv(Egrp *e, const char *dir);

#endif
