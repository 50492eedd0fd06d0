/*
 * hang how: waits for what never comes, for tests of the state dump.
 *
 *	pipe        reads from a pipe of which it holds the other end
 *	rendezvous  with nobody
 *	sem         a semaphore that nobody releases
 *	lock, qlock two processes and a kernel lock that is never released: in a
 *	            kernel built with HANGLOCK=1
 *	write       the same with an RWlock: a writer, and a reader that waits
 *	read        three readers, and a writer that waits
 *	user, call  returns to user mode, or waits in a host call, with a kernel
 *	            Lock held: a panic
 */
#include "lib.h"

static s32int sem;

/* n children take the lock `first', and then we want `second'. */
static void
hanglock(int n, char *first, char *second)
{
	int (*take)(char *) = (int (*)(char *))(uintptr)sysr1;

	while(n-- > 0)
		if(fork() == 0)
			take(first);
	sleep(200);
	take(second);
}

void
main(int argc, char *argv[])
{
	char *how, c;
	int fd[2];

	how = argc > 1 ? argv[1] : "";
	if(strcmp(how, "pipe") == 0) {
		pipe(fd);
		read(fd[0], &c, 1);
	} else if(strcmp(how, "rendezvous") == 0)
		rendezvous((void *)0x123, (void *)1);
	else if(strcmp(how, "sem") == 0)
		semacquire(&sem, 1);
	else if(strcmp(how, "lock") == 0 || strcmp(how, "qlock") == 0)
		hanglock(1, how, how);
	else if(strcmp(how, "write") == 0)
		hanglock(1, "wlock", "rlock");
	else if(strcmp(how, "read") == 0)
		hanglock(3, "rlock", "wlock");
	else if(strcmp(how, "user") == 0 || strcmp(how, "call") == 0)
		hanglock(0, nil, how);
	exits("it did not hang");
}
