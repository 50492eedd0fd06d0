/*
 * init: the first process. Its name space, environment, files and program; and
 * what the host's user asks of the instance.
 */
#ifndef INIT_H
#define INIT_H

#include "u.h"

/* What the user asked for. Strings stay for ever. */
typedef struct Boot Boot;
struct Boot
{
	/* host directory that is /, or nil: the host's own */
	const char *root;
	/* new:old[:flags] */
	char **bind;
	int nbind;
	/* host file in namespace(6)'s form, or nil */
	const char *nsfile;
	/* where to start; nil: the host's directory */
	const char *dir;
	/* NAME=value: the host's, then -e's */
	char **env;
	int nenv;
	/* the program and its arguments; ends with nil */
	char **argv;
	/* no program was named: it is the tree's shell, in the user's home */
	int login;
	/* print the image cache's statistics at the end */
	int stats;
};
extern Boot bootconf;
/* Start the system as bootconf says: called once, with no up; the first process
 * exists afterwards. */
void boot(void);
/* hostnote has a note of the host's user. Called by the host's first process. */
void hostsignalled(void);

/* Enter the devices in ns's table: devices.c. Before devinit. */
void enterdevices(void);

#endif
