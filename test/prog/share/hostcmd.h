/*
 * Commands of the host, for tests: cmd(3). What fails ends the case.
 */
#ifndef HOSTCMD_H
#define HOSTCMD_H

#include "test.h"

enum
{
	CMDBUF = 8192,
};

/* A connection: its ctl file, and its directory. */
typedef struct Cmd Cmd;
struct Cmd
{
	int ctl;
	char dir[32];
};

/* What cmdread and others have read last. */
extern char cmdbuf[CMDBUF];

Cmd newcmd(void);
/* 0, or -1 if the ctl file refuses msg. */
int cmdctl(Cmd *c, char *msg);
/* The path of a file of c. The next call changes it. */
char *cmdfile(Cmd *c, char *name);
int cmdopen(Cmd *c, char *name, int mode);
/* All that fd gives up to its end, in cmdbuf. Closes fd. */
char *cmdread(int fd);
/* What a command writes; msg is the control message that starts it. In cmdbuf. */
char *cmdoutput(char *msg);
/* Waits for c's command. Its status, as the wait file has it. In cmdbuf. */
char *cmdstatus(Cmd *c);

#endif
