/*
 * The host's terminals: hostfile.h.
 *
 * Raw mode keeps the terminal's mode from before. Turning raw mode off restores it, and so does
 * ttyrestore at the end of the instance.
 *
 * A program in raw mode reads the keys as Plan 9's keyboard sends them: Enter is a newline, as far
 * as the terminal makes it one, and the key that erases is ^H, whatever byte the terminal sends.
 */
#include "host/linux.h"

#include <asm/ioctls.h>
#include <asm/termbits.h>

#include "host/file/file.h"
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
	/* in raw mode: the byte of the key that erases, 0 if there is none. Atomic */
	uchar erase;
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
	/* ICRNL stays as it is: Enter sends \r, and programs expect a newline */
	t->c_iflag &=
	    ~(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | IXON);
	/* the interrupt key stays: by it the user ends run9 itself */
	t->c_lflag &= ~(ECHO | ECHONL | ICANON | IEXTEN);
	t->c_cc[VQUIT] = 0;
	t->c_cc[VSUSP] = 0;
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
	storerelease(&tty.erase, tty.was.c_cc[VERASE]);
	/* set first, so that ttyrestore runs whenever the instance ends */
	tty.raw = 1;
	r = hostcall(__NR_ioctl, fd, TCSETS, &t);
	if(r < 0) {
		tty.raw = 0;
		storerelaxed(&tty.erase, 0);
	}
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
		storerelaxed(&tty.erase, 0);
	}
	qunlock(&tty.lk);
	if(r < 0)
		hosterror(-r);
}

void
ttykeys(int fd, void *buf, vlong n)
{
	uchar *p, *e, erase;

	erase = loadacquire(&tty.erase);
	if(erase == 0 || fd != tty.fd)
		return;
	e = (uchar *)buf + n;
	for(p = buf; p < e; p++)
		if(*p == erase)
			*p = '\b';
}

void
ttyrestore(void)
{
	/* without tty.lk, whose holder may be dead */
	if(tty.raw)
		hostcall(__NR_ioctl, tty.fd, TCSETS, &tty.was);
}
