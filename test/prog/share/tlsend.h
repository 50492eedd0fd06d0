/*
 * A filter of tls(3), and records that are made by hand.
 */
#ifndef TLSEND_H
#define TLSEND_H

#include "lib.h"

/* content types */
enum
{
	Changecipher = 20,
	Alert = 21,
	Handshake = 22,
	Application = 23,

	/* the most bytes of text in a record */
	Maxrec = 16384,
	Rechdr = 5,
};

typedef struct Tls Tls;
struct Tls
{
	int id;
	int ctl;
	int data;
	int hand;
	/* the other end of the pipe below */
	int wire;
};

/* A new filter with open files; what it stands on is not set. */
void tlsopen(Tls *t);
/* The same on a pipe, whose other end is t->wire, with records of version vers. */
void tlspipe(Tls *t, int vers);
/* The same when data has been enabled, with no cipher, and what that sent was read from wire. */
void tlsclear(Tls *t, int vers);
/* Two filters on the ends of a pipe, with these algorithms. Data is enabled. */
void tlspair(Tls *a, Tls *b, int vers, char *hash, char *enc);
void tlsclose(Tls *t);
/* Write a control message; what write returned. */
int tlstell(Tls *t, char *fmt, ...);
/* Read the file `name' of t, whole, into buf of n bytes. */
void tlsfile(Tls *t, char *name, char *buf, int n);
/* Has the status of t that line? */
int tlsstatus(Tls *t, char *line);

/* Write a record. */
void putrecord(int fd, int type, int vers, void *text, int n);
/* Read one; returns the bytes of text. */
int getrecord(int fd, int *type, int *vers, void *text);
/* Read an alert, and check that it is this. */
void getalert(int fd, int level, int alert);

#endif
