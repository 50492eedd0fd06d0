/*
 * The end of the instance, and its user on the host.
 */
#ifndef END_H
#define END_H

#include "u.h"

/*
 * The kernel cannot go on. Prints "panic: ", the message, the process and a stack trace on
 * the host's standard error, and ends the instance, exit status non-zero. May be called
 * anywhere.
 */
_Noret void panic(const char *fmt, ...);

/* Assertions stay on. */
#define assert(x)                                                              \
	do {                                                                   \
		if(!(x))                                                       \
			panic("%s:%d: assertion failed: %s", __FILE__,         \
			    __LINE__, #x);                                     \
	} while(0)

/* Print on the host's standard error, for what users must see of the kernel. */
void kprint(const char *fmt, ...);

/*
 * End the instance with a host exit status. Every process of it dies.
 * HostInterrupted: it ends as programs do that an interrupt from the terminal ends.
 */
enum
{
	HostInterrupted = 256,
};
_Noret void hostexit(int status);

/* Wait for the host's user to ask for attention (SIGINT); returns the note to post for it, or
 * nil: the terminal has another size (SIGWINCH; only for a login). Called by one kernel process.
 */
const char *hostnote(void);

/* Did the host's user ever ask for it? */
int hostinterrupted(void);

/* The host's name of its user, and of the directory where the user started run9. Into buf of
 * n bytes; return it. */
char *hostuser(char *buf, int n);
char *hostgetcwd(char *buf, int n);

#endif
