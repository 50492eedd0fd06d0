/*
 * init: the first process, its name space, environment, files and program. Also what the host's
 * user asks of the instance.
 */
#ifndef INIT_H
#define INIT_H

#include "u.h"

/* The user's options. The strings stay for ever. */
typedef struct Boot Boot;
struct Boot
{
	/* the host directory that becomes /; nil: the host's root */
	const char *root;
	/* new:old[:flags] */
	char **bind;
	int nbind;
	/* ADDR[:SPEC]=DIR[:flags] */
	char **mount;
	int nmount;
	/* NAME=ADDR */
	char **srv;
	int nsrv;
	/* ADDR[=DIR] */
	char **export;
	int nexport;
	/* a host file in namespace(6)'s form, or nil */
	const char *nsfile;
	/* the directory to start in; nil: the host's */
	const char *dir;
	/* NAME=value: nhostenv variables of the host, then -e's */
	char **env;
	int nenv;
	int nhostenv;
	/* the program and its arguments, then nil; nil: none, there are exports alone */
	char **argv;
	/* the program's file if its name is not argv[0], or nil */
	const char *path;
	/* no program was named: it is the tree's shell, in the user's home */
	int login;
	/* programs may run commands of the host */
	int cmd;
	/* what programs may reach: net.h's Netreach */
	int net;
	/* the program that resolves names of the network, or "none"; nil: run9-resolve */
	const char *resolver;
	/* print the image cache's statistics at the end */
	int stats;
};
extern Boot bootconf;
/* Start the system as bootconf says. Called once, with no up. The first process exists when it
 * returns. */
void boot(void);
/* The host's user has asked for attention: hostnote will return. up may be nil. */
void hostsignalled(void);

/* Enter all devices in ns's table: devices.c. Called before devinit. */
void enterdevices(void);

#endif
