/*
 * Host commands, by libc. A thread waits for each.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include "priv.h"
#include "host/hostcmd.h"
#include "host/hostfile.h"
#include "lib/lib.h"

long hostmust(long r);
long blockcall_(long nr, long a, long b, long c, long d, long e, long f);

/* Of unistd.h, which has functions that the kernel has too. */
extern char **environ;
int fork(void);
int setsid(void);
int dup2(int old, int new);
int chdir(const char *dir);
int execvp(const char *file, char *const argv[]);
ssize_t read(int fd, void *buf, size_t n);
ssize_t write(int fd, const void *buf, size_t n);
int close(int fd);
_Noret void _exit(int status);

struct Hostcmd
{
	pthread_t waiter;
	pid_t pid;
	/* guards all below */
	pthread_mutex_t lk;
	int ended;
	Hostend end;
	/* closed when the command has ended, so that up can wait as it does for other files */
	int done[2];
};

static void *
waitfor(void *a)
{
	Hostcmd *h = a;
	struct rusage u;
	int status;

	while(wait4(h->pid, &status, 0, &u) < 0 && errno == EINTR)
		;
	pthread_mutex_lock(&h->lk);
	h->ended = 1;
	if(WIFSIGNALED(status))
		h->end.signal = WTERMSIG(status);
	else
		h->end.status = WEXITSTATUS(status);
	h->end.killed = h->end.signal == SIGKILL || h->end.signal == SIGTERM;
	pthread_mutex_unlock(&h->lk);
	close(h->done[1]);
	return nil;
}

/* In a child. Writes to fd `told' why it fails. */
static _Noret void
become(const Hostspawn *s, int told)
{
	int i, fd;

	setsid();
	for(i = 0; i < 3; i++) {
		fd = s->fd[i] >= 0 ? s->fd[i] : open("/dev/null", O_RDWR);
		dup2(fcntl(fd, F_DUPFD_CLOEXEC, 3), i);
	}
	if(s->dir == nil || chdir(s->dir) == 0) {
		if(s->env != nil)
			environ = (char **)s->env;
		execvp(s->argv[0], s->argv);
	}
	i = errno;
	if(write(told, &i, sizeof i) != sizeof i)
		_exit(126);
	_exit(127);
}

Hostcmd *
hostspawn(const Hostspawn *s)
{
	int told[2], err;
	Hostcmd *h;

	h = smalloc(sizeof *h);
	hostpipe(h->done);
	hostpipe(told);
	pthread_mutex_init(&h->lk, nil);
	h->pid = fork();
	if(h->pid == 0)
		become(s, told[1]);
	close(told[1]);
	err = 0;
	if(read(told[0], &err, sizeof err) < 0)
		err = errno;
	close(told[0]);
	if(err != 0) {
		waitpid(h->pid, nil, 0);
		close(h->done[0]);
		close(h->done[1]);
		free(h);
		hostmust(-err);
	}
	pthread_create(&h->waiter, nil, waitfor, h);
	return h;
}

int
hostcmdpid(Hostcmd *h)
{
	return h->pid;
}

void
hostcmdsignal(Hostcmd *h, int what)
{
	pthread_mutex_lock(&h->lk);
	if(!h->ended && (what & Cmdinterrupt))
		kill(-h->pid, SIGINT);
	if(!h->ended && (what & Cmdhangup))
		kill(-h->pid, SIGHUP);
	if(!h->ended && (what & Cmdterm))
		kill(-h->pid, SIGTERM);
	if(!h->ended && (what & Cmdkill))
		kill(-h->pid, SIGKILL);
	pthread_mutex_unlock(&h->lk);
}

int
hostcmdended(Hostcmd *h, Hostend *e)
{
	int ended;

	pthread_mutex_lock(&h->lk);
	ended = h->ended;
	*e = h->end;
	pthread_mutex_unlock(&h->lk);
	return ended;
}

void
hostcmdwait(Hostcmd *h, Hostend *e)
{
	char c;

	hostmust(blockcall_(0, h->done[0], (long)&c, 1, 0, 0, 0));
	hostcmdended(h, e);
}

void
hostcmdclose(Hostcmd *h)
{
	hostcmdsignal(h, Cmdkill);
	pthread_join(h->waiter, nil);
	close(h->done[0]);
	free(h);
}
