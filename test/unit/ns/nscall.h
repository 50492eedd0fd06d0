/*
 * System calls of kernel/ns as tests write them, in a process that runs kernel
 * code (mach/kern.h). Each returns -1 if the call errs, and up->errstr says why.
 */
#ifndef NSCALL_H
#define NSCALL_H

#include "mach/kern.h"
#include "mach/ram.h"
#include "ns/nsdat.h"
#include "proc/proc.h"

/* f(arg) as the system call table calls it. The arguments are forgotten then. */
vlong docall(Syscall *f, uintptr *arg);
#define CALL(f, ...) docall(f, (uintptr[]){__VA_ARGS__})

int xopen(const char *name, int mode);
int xcreate(const char *name, int mode, u32int perm);
int xclose(int fd);
int xbind(const char *new, const char *old, int flag);
int xmount(int fd, int afd, const char *old, int flag);
int xunmount(const char *new, const char *old);
int xchdir(const char *name);
int xremove(const char *name);
long xread(int fd, void *buf, long n);
long xwrite(int fd, const void *buf, long n);
long xpread(int fd, void *buf, long n, vlong off);
long xpwrite(int fd, const void *buf, long n, vlong off);
vlong xseek(int fd, vlong off, int whence);
int xdup(int old, int new);
int xpipe(int fd[2]);
int xstat(const char *name, void *buf, int n);
int xfstat(int fd, void *buf, int n);
int xwstat(const char *name, const void *buf, int n);
int xfwstat(int fd, const void *buf, int n);

/* A new file with contents s; or a new directory if s is nil. -1 if it cannot be. */
int xmk(const char *name, const char *s);
/* A file's first bytes, or "!" and the error. */
const char *xcat(const char *name);
/* The names in a directory with a blank after each, or "!" and the error. n bytes
 * a read. */
const char *xls(const char *name, int n);
/* The name that fd has. */
const char *xfd2path(int fd);
/* The current directory. */
const char *xpwd(void);

/* Carry out a namespace file: 0 or -1. */
int xnsfile(const char *text);

/* All of p's /proc/n/ns in n bytes at buf: its length. Errors. */
long nstext(Proc *p, char *buf, long n);

/* Up, which has no groups, gets some whose root is #R's tree "root". */
void ramgroups(void);

#endif
