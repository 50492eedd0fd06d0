/*
 * The end of the instance, and its user on the host.
 */
#ifndef END_H
#define END_H

#include "u.h"

/*
 * The kernel cannot go on. panic prints "panic: ", the message, the process, a stack trace and
 * the state dump on the host's standard error. Then it ends the instance with a non-zero exit
 * status. May be called anywhere.
 */
_Noret void panic(const char *fmt, ...);

/* Assertions stay on in release builds. */
#define assert(x)                                                              \
	do {                                                                   \
		if(!(x))                                                       \
			panic("%s:%d: assertion failed: %s", __FILE__,         \
			    __LINE__, #x);                                     \
	} while(0)

/* Print on the host's standard error. Meant for messages of the kernel that users must see. */
void kprint(const char *fmt, ...);

/*
 * End the instance with a host exit status. Every process of it dies. With HostInterrupted run9
 * ends as a program that an interrupt from the terminal ends.
 */
enum
{
	HostInterrupted = 256,
};
_Noret void hostexit(int status);

/* Wait until the host's user asks for attention (SIGINT). Returns the note to post for it, or nil
 * if the terminal has another size (SIGWINCH; only for a login). One kernel process calls this. */
const char *hostnote(void);

/* Has the host's user ever asked for attention? */
int hostinterrupted(void);

/* The name of the host's user, and the directory in which the user started run9. Both fill buf,
 * of n bytes, and return it. */
char *hostuser(char *buf, int n);
char *hostgetcwd(char *buf, int n);

#endif
