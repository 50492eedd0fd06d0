/*
 * Both ends of a connection, for tests of the network. Failures fail the caller.
 */
#ifndef NETENDS_H
#define NETENDS_H

#include "test.h"
#include "dial.h"

typedef struct Ends Ends;
struct Ends
{
	/* the announcement */
	int actl;
	char adir[NETDIRLEN];
	/* the caller's end */
	int c;
	int cctl;
	char cdir[NETDIRLEN];
	/* the called end */
	int s;
	int sctl;
	char sdir[NETDIRLEN];
};

/* Announce addr. */
void listening(Ends *e, char *addr);
/* Call the announcement at ip, and take the call. */
void calling(Ends *e, char *ip);
/* Both, at 127.0.0.1. */
void connected(Ends *e);
/* Close all that is open. */
void closeends(Ends *e);
/* The port in the address file of a connection's directory. */
int portof(char *dir, char *file);
/* The text of the file of a directory is want; begins with it. */
void filehas(char *dir, char *file, char *want);
void filebegins(char *dir, char *file, char *want);
/* Write a message to the ctl file of the directory. What write returns. */
int ctlmsg(char *dir, char *msg);

#endif
