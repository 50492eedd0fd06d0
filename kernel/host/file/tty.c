/*
 * The host's terminals: hostfile.h.
 *
 * Raw mode keeps the terminal's mode from before. Turning raw mode off restores it, and so does
 * ttyrestore at the end of the instance.
 */
#include "host/linux.h"

#include <asm/ioctls.h>
#include <asm/termbits.h>

#include "host/hostfile.h"
#include "lib/lib.h"
#include "sync/lock.h"
#include "proc/proc.h"

static struct
{
	QLock lk;
	/* fd is in raw mode; `was' is its mode before that */
	int raw;
	int fd;
	struct termios was;
} tty = {.lk = QLOCKRANK(Rtty)};

int
hostistty(int fd)
{
	struct termios t;

	return hostcall(__NR_ioctl, fd, TCGETS, &t) == 0;
}

int
hostwindow(int fd, Hostwindow *w)
{
	memset(w, 0, sizeof *w);
	return hostcall(__NR_ioctl, fd, TIOCGWINSZ, w) == 0 && w->lines != 0 &&
	    w->cols != 0;
}

static void
setraw(struct termios *t)
{
	t->c_iflag &=
	    ~(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
	/* signal characters stay on: by them the user ends run9 itself */
	t->c_lflag &= ~(ECHO | ECHONL | ICANON | IEXTEN);
	t->c_cc[VMIN] = 1;
	t->c_cc[VTIME] = 0;
}

/* Put fd into raw mode. Returns 0 or -errno. Caller holds tty.lk. */
static long
makeraw(int fd)
{
	struct termios t;
	long r;

	r = hostcall(__NR_ioctl, fd, TCGETS, &tty.was);
	if(r < 0)
		return r;
	t = tty.was;
	setraw(&t);
	tty.fd = fd;
	/* set first, so that ttyrestore runs whenever the instance ends */
	tty.raw = 1;
	r = hostcall(__NR_ioctl, fd, TCSETS, &t);
	if(r < 0)
		tty.raw = 0;
	return r;
}

void
hostrawmode(int fd, int on)
{
	long r;

	r = 0;
	qlock(&tty.lk);
	if(on && !tty.raw)
		r = makeraw(fd);
	if(!on && tty.raw) {
		r = hostcall(__NR_ioctl, tty.fd, TCSETS, &tty.was);
		tty.raw = 0;
	}
	qunlock(&tty.lk);
	if(r < 0)
		hosterror(-r);
}

void
ttyrestore(void)
{
	/* without tty.lk, whose holder may be dead */
	if(tty.raw)
		hostcall(__NR_ioctl, tty.fd, TCSETS, &tty.was);
}
