/*
 * Probes: programs that ask the kernel small questions and print the answers,
 * one line each, "question = answer". Nothing is asserted. Numbers that vary
 * from run to run (pids, addresses, times) are masked.
 */
#ifndef PROBE_H
#define PROBE_H
#include "lib.h"

extern char *argv0;
extern volatile int *shm; /* a page of memory shared by all descendants */

/* "q = text": one line, bytes that do not print as \xx */
void ans(char *q, const char *fmt, ...);
void res(char *q, vlong v); /* the number, or -1 'error string' */
void okres(char *q, vlong v); /* ok, or -1 'error string' */
void noerr(void); /* errstr = "" */
#define N(q, e) (noerr(), res(q, (vlong)(e)))
vlong OK_(char *q, vlong v);
#define O(q, e) (noerr(), OK_(q, (vlong)(e)))
/* 0xhex to 0xH, runs of two or more digits to N, in place */
char *mask(char *s);
/* bytes as they may be printed, in one of several static buffers */
char *show(void *p, int n);
char *errs(void); /* error string, static */

/* runs f in a process of its own (name space, fds, environment, note group
 * copied); says so if it hangs or ends with a message */
void group(char *name, void (*f)(void), int secs);
void probeinit(char *argv[]);

int kid(int flags, void (*f)(void *), void *arg);
char *kidmsg(int pid); /* waits; the masked message without name and pid */
char *kidrest(int pid, int ms); /* as kidmsg, but kills it after ms */
char *pstate(int pid); /* the state in its status, "gone" */
void pwaitstate(int pid, char *want);
char *pfile(int pid, char *name); /* text of /proc/n/name; "error: ..." */
int pctl(int pid, char *msg);
char *qs(const char *fmt, ...); /* a question's text, static */
void hold(void *); /* sleeps for ever */
void gohand(Ureg *, char *); /* NCONT for what system calls post */
void nohand(Ureg *, char *); /* noted(NCONT) */
#endif
