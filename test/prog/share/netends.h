/*
 * Both ends of a connection, for tests of the network. Failures fail the caller.
 */
#ifndef NETENDS_H
#define NETENDS_H

#include "test.h"
#include "dial.h"

enum
{
	/* of an address */
	ADDRLEN = 64,
};

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
/* Make addr the address of the announcement at host, which is a network and an ip address:
 * "tcp!127.0.0.1". Returns addr. */
char *addrof(Ends *e, char *host, char addr[ADDRLEN]);
/* Call the announcement at host. */
void dialing(Ends *e, char *host);
/* The same with tcp, and take the call. */
void calling(Ends *e, char *ip);
/* Announce tcp and call it, at 127.0.0.1. */
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
/* The path of the file of the directory, until the next call. */
char *inname(char *dir, char *file);
/* Open the file of the directory, to read and write. */
int openin(char *dir, char *file);
/* A new conversation of proto: its ctl file, open. dir, of NETDIRLEN bytes, becomes its directory. */
int clone(char *proto, char *dir);
/* For spawn: fd is an int*, a ctl file. Hang its conversation up after a while. */
void hanguplater(void *fd);
/* Run f(arg) in a child whose waits notes interrupt, and check that the child ends well. */
void interrupt(void (*f)(void *), void *arg);
/* Check that notes interrupt a read of the caller's end, and a wait for a call. */
void interruptboth(Ends *e);

#endif
