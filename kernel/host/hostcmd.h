/*
 * Host commands: programs of the host that the instance starts, for the devices that show them.
 *
 * A command has a session and a process group of its own, and no terminal. It gets what the user
 * gave run9: signals, umask, limits. It has no descriptor of run9's but three. When the instance
 * ends in any way, every command ends, and so do the processes that commands have left behind.
 *
 * A call that fails raises error() with the Plan 9 text for the host's reason. A call marked
 * (blocks) ends with Eintr when up is kicked while a note is pending.
 */
#ifndef HOSTCMD_H
#define HOSTCMD_H

#include "u.h"

/* A command that runs or has ended. The caller of hostspawn owns it until hostcmdclose. Several
 * processes may use it at once. */
typedef struct Hostcmd Hostcmd;

/* What to run. All pointers are to kernel memory, and are used only during hostspawn. */
typedef struct Hostspawn Hostspawn;
struct Hostspawn
{
	/* the program and its arguments, then nil. A program without a slash is looked for in the
	 * PATH of env, as execvp(3) does */
	char *const *argv;
	/* NAME=value, then nil; nil: the environment that run9 was started with */
	char *const *env;
	/* an absolute path of the host; nil: where run9 was started */
	const char *dir;
	/* host descriptors that become standard input, output and error. -1: /dev/null */
	int fd[3];
	/* added to the nice value; at least 0 */
	int nice;
};

/* How a command has ended. */
typedef struct Hostend Hostend;
struct Hostend
{
	/* the exit status, or the signal that ended the command; the other is 0 */
	int status;
	int signal;
	/* the signal was one that asks for the end: SIGTERM or SIGKILL */
	int killed;
	/* of the command and the processes that it has waited for, in ms; then real time */
	u32int user;
	u32int sys;
	u32int real;
};

/* What hostcmdsignal sends */
enum
{
	Cmdinterrupt = 1 << 0,
	Cmdhangup = 1 << 1,
	Cmdterm = 1 << 2,
	Cmdkill = 1 << 3,
};

/* Start a command. It runs when hostspawn returns. The descriptors of s stay the caller's, which
 * closes those that the command alone should have. Waits as long as the host takes to open the
 * program, and nothing interrupts that. Errors. */
Hostcmd *hostspawn(const Hostspawn *s);
/* The host's number of the command's process, which is also that of its process group. */
int hostcmdpid(Hostcmd *h);
/* Send a signal to the command's process group. Nothing is sent after the command has ended: what
 * it has left behind goes on. Never errors; no locks needed; does not sleep. */
void hostcmdsignal(Hostcmd *h, int what);
/* Has the command ended? If so, fills in *e. Never errors. */
int hostcmdended(Hostcmd *h, Hostend *e);
/* Wait until it has. (blocks) */
void hostcmdwait(Hostcmd *h, Hostend *e);
/* The caller is done with h. The command's process group is killed, if the command runs. Never
 * errors; does not sleep. */
void hostcmdclose(Hostcmd *h);

#endif
