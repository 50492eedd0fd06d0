/*
 * Test programs: one function per case, named for what must hold.
 *
 *	static void
 *	readreturnswhatwaswritten(void)
 *	{
 *		check(...);
 *	}
 *
 *	void
 *	main(int argc, char *argv[])
 *	{
 *		static Case cases[] = {CASE(readreturnswhatwaswritten)};
 *
 *		runcases(cases, nelem(cases), argc, argv);
 *	}
 *
 * Each case runs in a process of its own, with copies of the name space, the
 * environment and the descriptors, and note and rendezvous groups of its own;
 * what it leaves behind does not reach the next. The program prints "ok NAME"
 * or "FAIL NAME: why" for each, and exits with "" or "N failed". A case that
 * hangs is killed and has failed. Names as arguments select cases.
 */
#ifndef TEST_H
#define TEST_H

#include "lib.h"

typedef struct Case Case;
struct Case
{
	char *name;
	void (*f)(void);
};

#define CASE(f)                                                                \
	{                                                                      \
#f, f                                                          \
	}

extern char *self; /* the program's file, for exec */

_Noret void runcases(Case *c, int n, int argc, char *argv[]);

/* Ends the process (case or child of one) with a message saying where. */
_Noret void failat(char *file, int line, char *fmt, ...);
#define fail(...) failat(__FILE__, __LINE__, __VA_ARGS__)

#define check(e)                                                               \
	do {                                                                   \
		if(!(e))                                                       \
			fail("%s (%r)", #e);                                   \
	} while(0)

/* Both sides as vlong, shown if they differ. */
#define checkint(a, b)                                                         \
	do {                                                                   \
		vlong a_ = (vlong)(a), b_ = (vlong)(b);                        \
		if(a_ != b_)                                                   \
			fail("%s is %lld, not %lld (%r)", #a, a_, b_);         \
	} while(0)

#define checkstr(a, b)                                                         \
	do {                                                                   \
		char *a_ = (a), *b_ = (b);                                     \
		if(strcmp(a_, b_) != 0)                                        \
			fail("%s is '%s', not '%s'", #a, a_, b_);              \
	} while(0)

#define checkhas(a, b)                                                         \
	do {                                                                   \
		char *a_ = (a), *b_ = (b);                                     \
		if(strstr(a_, b_) == nil)                                      \
			fail("%s is '%s', has no '%s'", #a, a_, b_);           \
	} while(0)

/* e returns -1 and sets an error string that contains s. */
#define checkerr(e, s)                                                         \
	do {                                                                   \
		char err_[ERRMAX] = "";                                        \
		errstr(err_, sizeof err_);                                     \
		if((vlong)(e) != -1)                                           \
			fail("%s succeeded", #e);                              \
		rerrstr(err_, sizeof err_);                                    \
		if(err_[0] == 0 || strstr(err_, s) == nil)                     \
			fail("%s: error '%s', wanted '%s'", #e, err_, s);      \
	} while(0)

/* e returns -1, and the error string is s. */
#define checkexact(e, s)                                                       \
	do {                                                                   \
		char err_[ERRMAX] = "";                                        \
		errstr(err_, sizeof err_);                                     \
		if((vlong)(e) != -1)                                           \
			fail("%s succeeded", #e);                              \
		rerrstr(err_, sizeof err_);                                    \
		checkstr(err_, s);                                             \
	} while(0)

/* An address that is never mapped, unknown to the compiler. */
extern void *volatile badaddr;

/* A handler that does nothing but go on: noted(NCONT). */
void ignore(Ureg *u, char *msg);

/* A name for a temporary file in the current directory: stem and pid.
 * malloc'ed. */
char *tmpname(char *stem);

/* Makes a child with rfork(flags|RFPROC) that calls f(arg) and exits with "".
 * Its pid; a failure fails the caller. */
int spawn(int flags, void (*f)(void *), void *arg);
/* Waits for child pid. Fails the caller if it ended with a message. It allocates nothing: a fork
 * by a process that shares this memory would copy a malloc lock that is held. */
void childok(int pid);
/* Waits for child pid; what it passed to exits (or the note it died of),
 * without the "name pid: " before it. malloc'ed, for the caller may share memory. */
char *childmsg(int pid);
/* Posts "poke" to pid again and again until there is no such process: for
 * children that must be interrupted in a call nobody can see them enter. The
 * first may come before the child has done anything: it needs a handler that its parent had. */
void pokeuntilgone(int pid);
/* A page that children see whatever rfork's flags are. Zeroed. */
void *sharedpage(void);
/* Waits until *p == v, giving up the processor. */
void waitval(volatile int *p, int v);

/* Read the whole file into to, by reads of n bytes from its start on. Returns its length, max at
 * most. */
int inpieces(int fd, char *to, int n, int max);

#endif
