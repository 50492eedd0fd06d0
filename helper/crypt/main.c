/*
 * run9-crypt: run9's kernel starts it, with the helper memory as standard input. It serves until
 * standard output, a pipe that the instance has the other end of, says that the instance has ended.
 */
#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>
#include "crypt.h"

enum
{
	MAXTHREADS = 16,
};

static Cryptmem *mem;

static void
waitword(u32int *w, u32int val)
{
	syscall(SYS_futex, w, FUTEX_WAIT, val, NULL, NULL, 0);
}

static void
wakeword(u32int *w, int n)
{
	syscall(SYS_futex, w, FUTEX_WAKE, n, NULL, NULL, 0);
}

/* Take a slot that has a request; NULL if there is none. */
static Cryptslot *
takeslot(void)
{
	u64int old, bit;

	old = __atomic_load_n(&mem->asked, __ATOMIC_SEQ_CST);
	do {
		if(old == 0)
			return NULL;
		bit = old & -old;
	} while(!__atomic_compare_exchange_n(&mem->asked, &old, old & ~bit, 0,
	    __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));
	return &mem->slot[__builtin_ctzll(bit)];
}

static void
serve(Cryptslot *s)
{
	s->err = Cfailed;
	switch(s->op) {
	case Cnewkey:
		newkey(s);
		break;
	case Cfreekey:
		freekey(s);
		break;
	case Cseal:
		sealrecords(s);
		break;
	case Copen:
		openrecords(s);
		break;
	}
	__atomic_store_n(&s->state, Cdone, __ATOMIC_SEQ_CST);
	wakeword(&s->state, 1);
}

static void *
server(void *a)
{
	Cryptslot *s;
	u32int bell;

	for(;;) {
		while((s = takeslot()) != NULL)
			serve(s);
		/* count this thread as idle before the last look: a request that comes after the
		 * look changes bell, and its maker sees idle */
		__atomic_add_fetch(&mem->idle, 1, __ATOMIC_SEQ_CST);
		bell = __atomic_load_n(&mem->bell, __ATOMIC_SEQ_CST);
		if(__atomic_load_n(&mem->asked, __ATOMIC_SEQ_CST) == 0)
			waitword(&mem->bell, bell);
		__atomic_sub_fetch(&mem->idle, 1, __ATOMIC_SEQ_CST);
	}
	return a;
}

int
main(void)
{
	struct rlimit nocore = {0, 0};
	struct stat st;
	pthread_t t;
	long i, n;
	char c;

	/* neither a core file nor another process of the user shows the keys */
	setrlimit(RLIMIT_CORE, &nocore);
	prctl(PR_SET_DUMPABLE, 0);
	if(fstat(0, &st) < 0 || (size_t)st.st_size < sizeof *mem) {
		fprintf(stderr, "run9-crypt: run9 starts this program\n");
		return 2;
	}
	mem = mmap(NULL, sizeof *mem, PROT_READ | PROT_WRITE, MAP_SHARED, 0, 0);
	if(mem == MAP_FAILED) {
		perror("run9-crypt");
		return 1;
	}
	findalgs(mem);
	n = sysconf(_SC_NPROCESSORS_ONLN);
	if(n > MAXTHREADS)
		n = MAXTHREADS;
	for(i = 0; i < n; i++)
		if(pthread_create(&t, NULL, server, NULL) != 0)
			break;
	if(i == 0) {
		fprintf(stderr, "run9-crypt: no thread\n");
		return 1;
	}
	__atomic_store_n(&mem->ready, CRYPTMAGIC, __ATOMIC_SEQ_CST);
	wakeword(&mem->ready, 1);
	while(read(1, &c, 1) < 0 && errno == EINTR)
		;
	return 0;
}
