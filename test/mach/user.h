/*
 * Programs of the test machine. A program is a file of the ordinary format,
 * whose text names a C function (entry) that the machine calls in its place,
 * in user mode: it makes system calls with sys(), touches its memory with
 * uload() and ustore(), and is interrupted between those. Its own memory is
 * only what the kernel gave it: locals of the C function are registers, so to
 * speak, and a child made by rfork begins in another function.
 */
#ifndef MACH_USER_H
#define MACH_USER_H

#include "u.h"
#include "proc/sys.h"

/* A program's function. arg is what ufork gave, or the address of the Ureg in
 * a note handler. When it returns, the process exits. */
typedef void Userfn(uintptr arg);

/* Name f for programs: its number, a small one. At most once for each. */
int userfn(Userfn *f);

/* Write a program as file path: it begins in f, has text, data and bss of so
 * many bytes. fns is its table of handlers, ends with nil: the n'th is at user
 * address fnaddr(n). */
void mkprog(const char *path, Userfn *f, u32int text, u32int data, u32int bss,
    Userfn **fns);
uintptr fnaddr(int n);

/* Word off of the data that mkprog writes for a program of that path and sizes. */
u64int progword(const char *path, u32int off);

/* Memory. A fault that fails is a note, as of a real program. */
u64int uload(uintptr va);
void ustore(uintptr va, u64int v);
/* String s, and room for n bytes, in the memory of the program below its stack
 * pointer, until the function returns. */
uintptr upush(const char *s);
uintptr ualloc(u32int n);
/* n bytes from, or to, user memory. */
void ucopyout(uintptr va, const void *p, u32int n);
void ucopyin(void *p, uintptr va, u32int n);
/* A place where a kick is noticed. */
void upoll(void);

/* System call n, with its arguments. */
vlong sysv(int n, uintptr *args);
#define sys(n, ...) sysv((n), (uintptr[6]){__VA_ARGS__})

/* rfork(flags), the child of which begins in f(arg). */
int ufork(u32int flags, Userfn *f, uintptr arg);
/* The text of errstr(2), which is cleared. */
const char *uerrstr(void);
/* exec path with arguments, ended by nil; returns -1, or not. */
int uexec(const char *path, ...);
int uopen(const char *path, int mode);
long uwrites(int fd, const char *s);
/* Write s to the file path: -1, or bytes. */
long uecho(const char *path, const char *s);
_Noret void uexits(const char *s);
/* await(2): the pid, with the message in buf of n bytes; or -1. */
int uawait(char *buf, u32int n);
/* The floating-point register. */
u64int *ufp(void);

#endif
