/*
 * A word there and back by futexes, with nothing else: handover threads|processes count
 *
 * The two sides are threads, as those of a Linux program are, or processes that share memory, as
 * the host processes of run9 are. So the ratio is what lockpong's ratio can come down to.
 */
#include "bench.h"
#include <linux/futex.h>
#include <pthread.h>
#include <string.h>

enum
{
	/* ints between the two words, so that they are in cache lines of their own */
	Apart = 32,
};

static int *word;
static int rounds;

static void
post(int *p)
{
	__atomic_store_n(p, 1, __ATOMIC_SEQ_CST);
	syscall(SYS_futex, p, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void
await(int *p)
{
	while(__atomic_exchange_n(p, 0, __ATOMIC_SEQ_CST) == 0)
		syscall(SYS_futex, p, FUTEX_WAIT, 0, NULL, NULL, 0);
}

static void *
other(void *unused)
{
	int i;

	(void)unused;
	for(i = 0; i < rounds; i++) {
		await(word);
		post(word + Apart);
	}
	return NULL;
}

int
main(int argc, char *argv[])
{
	pthread_t thread;
	pid_t pid = 0;
	long long t;
	int i;

	if(argc != 3)
		return 2;
	rounds = atoi(argv[2]);
	word = mmap(NULL, PAGE, PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if(word == MAP_FAILED)
		fatal("mmap");
	if(strcmp(argv[1], "threads") == 0) {
		if(pthread_create(&thread, NULL, other, NULL) != 0)
			fatal("pthread_create");
	} else {
		pid = fork();
		if(pid < 0)
			fatal("fork");
		if(pid == 0) {
			other(NULL);
			_exit(0);
		}
	}
	t = now();
	for(i = 0; i < rounds; i++) {
		post(word);
		await(word + Apart);
	}
	result("handover", rounds, now() - t);
	if(pid > 0)
		waitpid(pid, NULL, 0);
	else
		pthread_join(thread, NULL);
	return 0;
}
