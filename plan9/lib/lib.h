/*
 * A small C library for Plan 9 programs that the host's compiler builds:
 * system calls, strings, print, directory entries, notes, processes.
 *
 * Functions are those of Plan 9's manual, section 2, where it has them, with
 * these differences: long and ulong are said as s32int and u32int where the
 * system call takes 32 bits; print knows only %c %d %u %o %x %s %p %r %% with
 * width, precision, the flags - and 0, and l, ll, z; strings are bytes (no
 * Rune functions but those errstr tests need).
 */
#ifndef LIB_H
#define LIB_H

#include "u.h"
#include "aout.h"
#include "fcall.h"
#include "tos.h"
#include "ureg.h"

/* start.S: the state at entry */
extern Tos *_tos;
extern uintptr _startsp;
extern u32int _startmxcsr;
extern u32int _startfcw; /* in the low 16 bits */
extern char etext[], edata[], end[]; /* aout.ld */

void main(int argc, char *argv[]);

/* stubs.S: the system calls, raw */
int sysr1(void);
int _errstr(char *buf);
int bind(char *name, char *old, int flag);
int chdir(char *dir);
int close(int fd);
int dup(int oldfd, int newfd);
s32int alarm(u32int ms);
int exec(char *name, char *argv[]);
_Noret void exits(char *msg);
int _fsession(int fd, char *buf, int n);
int fauth(int fd, char *aname);
int _fstat(int fd, char *edir);
void *segbrk(void *saddr, void *addr);
int _mount(int fd, char *old, int flag, char *aname);
int open(char *name, int mode);
s32int _read(int fd, void *buf, s32int n);
s32int oseek(int fd, s32int off, int whence);
int sleep(s32int ms);
int _stat(char *name, char *edir);
int rfork(int flags);
s32int _write(int fd, void *buf, s32int n);
int pipe(int fd[2]);
int create(char *name, int mode, u32int perm);
int fd2path(int fd, char *buf, int n);
int brk_(void *addr);
int remove(char *name);
int _wstat(char *name, char *edir);
int _fwstat(int fd, char *edir);
int _notify(void *entry);
int noted(int how);
void *segattach(int attr, char *class, void *va, usize len);
int segdetach(void *addr);
int segfree(void *va, usize len);
int segflush(void *va, usize len);
void *rendezvous(void *tag, void *value);
int unmount(char *name, char *old);
int _wait(void *waitmsg);
int semacquire(s32int *sem, int block);
s32int semrelease(s32int *sem, s32int count);
int _seek(vlong *ret, int fd, vlong off, int whence);
int fversion(int fd, int bufsize, char *version, int nversion);
int errstr(char *buf, uint n);
int stat(char *name, uchar *edir, int n);
int fstat(int fd, uchar *edir, int n);
int wstat(char *name, uchar *edir, int n);
int fwstat(int fd, uchar *edir, int n);
int mount(int fd, int afd, char *old, int flag, char *aname);
int await(char *buf, int n);
s32int pread(int fd, void *buf, s32int n, vlong off);
s32int pwrite(int fd, void *buf, s32int n, vlong off);
int tsemacquire(s32int *sem, u32int ms);
vlong _nsec(void *t);

vlong trapsyscall(vlong n, ...);
vlong midsyscall(int n, ...);
vlong copysyscall(int n, const vlong a[3], vlong *to);
vlong midcopysyscall(int n, vlong a);
int protkeys(void);
void setkeys(u32int rights);
vlong keysyscall(int n, vlong a, u32int rights, void *gate);
extern uchar copysite[8];
vlong axsyscall(int n, vlong ax, vlong a, vlong b);
vlong rawsyscall(int n, uintptr sp);
void nsecregs(u64int r[16]);

/* segattach(2) */
enum
{
	SG_RONLY = 0040,
	SG_CEXEC = 0100,
	SG_FAULT = 0200,
};

/* str.c */
void *memset(void *p, int c, usize n);
void *memcpy(void *to, const void *from, usize n);
void *memmove(void *to, const void *from, usize n);
int memcmp(const void *a, const void *b, usize n);
usize strlen(const char *s);
int strcmp(const char *a, const char *b);
int strncmp(const char *a, const char *b, usize n);
char *strcpy(char *to, const char *from);
char *strchr(const char *s, int c);
char *strrchr(const char *s, int c);
char *strstr(const char *s, const char *sub);
/* Copies what fits before e and ends it with NUL; returns where the NUL is. */
char *strecpy(char *to, char *e, const char *from);
vlong strtoll(const char *s, char **end, int base);
int atoi(const char *s);
/* Splits s in place at runs of the characters in seps. */
int tokenize(char *s, char **args, int maxargs, char *seps);

/* print.c */
int vsnprint(char *buf, usize n, const char *fmt, va_list arg);
int snprint(char *buf, usize n, const char *fmt, ...);
int vfprint(int fd, const char *fmt, va_list arg);
/* One write per call, so lines of several processes do not mix. */
int fprint(int fd, const char *fmt, ...);
int print(const char *fmt, ...);

/* mem.c: over brk_, safe between processes that share memory */
void *malloc(usize n);
void *mallocz(usize n);
void free(void *p);
void *sbrk(usize n);
/* A spin lock that gives up the processor while it waits. */
void lock(int *l);
void unlock(int *l);

/* dir.c: all Dir pointers are one malloc'ed block, free() frees all */
uint convM2D(uchar *buf, uint n, Dir *d, char *strs);
uint convD2M(Dir *d, uchar *buf, uint n);
uint sizeD2M(Dir *d);
Dir *dirstat(char *name);
Dir *dirfstat(int fd);
int dirwstat(char *name, Dir *d);
int dirfwstat(int fd, Dir *d);
/* Fills d with the values that mean "do not change": stat(5). */
void nulldir(Dir *d);
/* Some entries, number returned; 0 at the end, -1 for an error. */
int dirread(int fd, Dir **d);

/* io.c */
s32int read(int fd, void *buf, s32int n);
s32int write(int fd, void *buf, s32int n);
s32int readn(int fd, void *buf, s32int n);
vlong seek(int fd, vlong off, int whence);
/* Reads a whole small file, ends it with NUL; the length, or -1. */
s32int readfile(char *name, char *buf, s32int n);
/* Creates or truncates name with these bytes; 0 or -1. */
int writefile(char *name, char *data, s32int n, u32int perm);
/* Opens name (not created) and writes one string; count or -1. */
int writeto(char *name, char *s);

/* proc.c */
typedef struct Waitmsg Waitmsg;
struct Waitmsg
{
	int pid;
	uint time[3]; /* of child and descendants: user, system, real, ms */
	char msg[512];
};

int getpid(void);
int fork(void);
/* Waits for one child; its pid, or -1. */
int waitfor(Waitmsg *w);
/* Waits until child pid has ended; -1 if it cannot. Others' messages are
 * dropped. */
int waitpid(int pid, Waitmsg *w);
_Noret void sysfatal(const char *fmt, ...);
void werrstr(const char *fmt, ...);
void rerrstr(char *buf, uint n);
/* Posts note to process pid, or to its note group. 0 or -1. */
int postnote(int pid, char *note);
int postnotepg(int pid, char *note);

/* What is private to a process even when it shares its memory. It lies in
 * the stack of _libmain: the same address in every process, never shared. */
enum
{
	NATNOTIFY = 8,
};

typedef struct Private Private;
struct Private
{
	void (*handler)(Ureg *, char *);
	int (*at[NATNOTIFY])(Ureg *, char *);
};

extern Private *_private;

/* notify.c: handlers in C */
typedef u64int jmp_buf[8]; /* rbx rbp r12 r13 r14 r15 rsp rip */
int setjmp(jmp_buf env) __attribute__((returns_twice));
_Noret void longjmp(jmp_buf env, int val);
/* Out of a handler to where setjmp was called. */
_Noret void notejmp(Ureg *u, jmp_buf env, int val);
/* f must end with noted, notejmp or exits. nil: no handler. Private to the
 * process even when memory is shared. */
int notify(void (*f)(Ureg *, char *));
int atnotify(int (*f)(Ureg *, char *), int in);
void _notetramp(void); /* the address that the kernel enters */

/* fp.S: floating point without a compiler's help */
u16int getfcw(void);
u32int getmxcsr(void);
void setmxcsr(u32int csr);
void setfcw(u16int cw);
/* Loads xmm0..15 (16 bytes each) and stores them. */
void loadxmm(void *from);
void savexmm(void *to);
/* xmm0..15 across n iterations of a loop, then stored: a note may come in
 * between. Stops when *flag is not 0. */
void spinxmm(void *from, void *to, volatile int *flag);
void fpdivzero(void); /* SSE 1.0/0.0 */
void fp87divzero(void); /* x87 1.0/0.0, then fwait */

/* regs.S */
int spinregs(volatile int *flag);
int haveavx(void);
void loadymm(void *from);
void saveymm(void *to);
int haveavx512(void);
/* zmm0..31, 64 bytes each, and k0..7 */
void loadzmm(void *zmm, u64int *k);
void savezmm(void *zmm, u64int *k);
void load87(vlong *v);
void save87(vlong *v);
_Noret void jumpat(uintptr pc, uintptr sp);
_Noret void trapat(uintptr sp);
_Noret void spinat(uintptr sp, volatile int *flag);
int int80(int n);
void int4(void);
void int32(void);
void int64(void);
void int128(void);
void onestep(void);
extern uchar stepped[];

#endif
