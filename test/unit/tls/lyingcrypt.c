/*
 * A run9-crypt that lies: lie.h. Its records have no cipher. In a folder `mute' it never says that
 * it serves.
 */
#define _GNU_SOURCE
#include <linux/futex.h>
#include <poll.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
#include "tls/lie.h"

static Cryptmem *mem;

/* Make records of the pieces of s, as Cseal does. */
static void
frame(Cryptslot *s)
{
	Cryptrec *r;
	uchar *p;
	u32int i;

	for(i = 0; i < s->nrec; i++) {
		r = &s->rec[i];
		r->off -= RECHDR;
		p = s->data + r->off;
		p[0] = r->type;
		p[1] = 3;
		p[2] = 3;
		p[3] = r->len >> 8;
		p[4] = r->len;
		r->len += RECHDR;
	}
}

/* Say something wrong about the records of s. */
static void
lie(Cryptslot *s)
{
	switch(s->key) {
	case Lienone:
		s->nrec = 0;
		break;
	case Liemany:
		s->nrec = ~0U;
		break;
	case Lieopened:
		if(s->op == Copen)
			s->rec[0].len = ~0U - 2;
		break;
	case Liesealed:
		if(s->op == Cseal)
			s->rec[0].len = ~0U - 2;
		break;
	case Lieshrink:
		if(ftruncate(0, 0) == 0)
			_exit(1);
		break;
	}
}

static void
serve(Cryptslot *s)
{
	if(s->op == Cnewkey) {
		if(s->enc == Liedie)
			_exit(1);
		s->key = s->enc;
	} else if(s->key == Liesilent)
		return;
	if(s->op == Cseal)
		frame(s);
	if(s->op == Cseal || s->op == Copen)
		lie(s);
	s->err = Cok;
	__atomic_store_n(&s->state, Cdone, __ATOMIC_SEQ_CST);
	syscall(SYS_futex, &s->state, FUTEX_WAKE, 1, NULL, NULL, 0);
}

/* Serve until the instance has ended. */
static void
serveall(void)
{
	struct pollfd end = {1, POLLIN, 0};
	struct timespec awhile = {0, 100 * 1000 * 1000};
	u64int asked;
	u32int bell;

	mem->idle = 1;
	mem->encs = (1 << Nenc) - 1;
	mem->hashes = (1 << Nhash) - 1;
	__atomic_store_n(&mem->ready, CRYPTMAGIC, __ATOMIC_SEQ_CST);
	while(poll(&end, 1, 0) == 0) {
		bell = __atomic_load_n(&mem->bell, __ATOMIC_SEQ_CST);
		asked = __atomic_exchange_n(&mem->asked, 0, __ATOMIC_SEQ_CST);
		for(; asked != 0; asked &= asked - 1)
			serve(&mem->slot[__builtin_ctzll(asked)]);
		syscall(
		    SYS_futex, &mem->bell, FUTEX_WAIT, bell, &awhile, NULL, 0);
	}
}

int
main(int argc, char *argv[])
{
	char c;

	mem = mmap(NULL, sizeof *mem, PROT_READ | PROT_WRITE, MAP_SHARED, 0, 0);
	if(mem == MAP_FAILED)
		return 1;
	if(argc > 0 && strstr(argv[0], "/mute/") != NULL)
		return read(1, &c, 1) < 0;
	serveall();
	return 0;
}
