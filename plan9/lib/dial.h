/*
 * Network connections: dial(2).
 */
#ifndef DIAL_H
#define DIAL_H

enum
{
	/* of a connection's directory, with its NUL */
	NETDIRLEN = 40,
};

/* dial.c: dir and newdir have NETDIRLEN bytes */
int dial(char *addr, char *local, char *dir, int *cfd);
int announce(char *addr, char *dir);
int listen(char *dir, char *newdir);
int accept(int ctl, char *dir);
int reject(int ctl, char *dir, char *cause);
int hangup(int ctl);

#endif
