/*
 * Conversations of #I, for tests: they work on the loopback interface.
 */
#ifndef NETTALK_H
#define NETTALK_H

#include "dev/devcall.h"
#include "net/netdat.h"

typedef struct Talk Talk;
struct Talk
{
	/* open files: ctl and data; nil: not open */
	Chan *ctl;
	Chan *data;
	/* the directory */
	char dir[32];
};

int setup(void **state);
int teardown(void **state);

/* A new conversation of proto, its ctl file. */
void newtalk(Talk *t, const char *proto);
/* A message to t's ctl file: -1 if it errs. */
int tell(Talk *t, const char *msg);
/* The text of a file of t, which stays until the next one of this thread. */
char *talkfile(Talk *t, const char *name);
int talkport(Talk *t);
/* Announce a port of 127.0.0.1; call it; take the call. */
void announced(Talk *t, const char *proto);
void calls(Talk *t, const char *proto, int port);
/* -1 if it errs */
int takes(Talk *t, Talk *listener, const char *proto);
void opendata(Talk *t);
void endtalk(Talk *t);
/* How many descriptors the host process has open. */
int hostfds(void);

#endif
