/*
 * The host's terminals: hostfile.h.
 *
 * Raw mode keeps what the terminal was; its end, or ttyrestore at the end of the
 * instance, put that back.
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
	/* fd is in raw mode; `was' is its mode before */
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
	/* interrupts stay: they are how run9 itself is ended */
	t->c_lflag &= ~(ECHO | ECHONL | ICANON | IEXTEN);
	t->c_cc[VMIN] = 1;
	t->c_cc[VTIME] = 0;
}

/* Called with tty.lk. 0 or -errno. */
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
	tty.raw = 1; /* first, so that no end of the instance leaves it raw */
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
	/* no lock: its holder may be dead */
	if(tty.raw)
		hostcall(__NR_ioctl, tty.fd, TCSETS, &tty.was);
}
