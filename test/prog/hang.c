/*
 * hang how: waits for what never comes, for tests of the state dump.
 *
 *	pipe        reads from a pipe of which it holds the other end
 *	rendezvous  with nobody
 *	sem         a semaphore that nobody releases
 *	lock        two processes and a kernel lock that is never released: in a
 *	            kernel built with HANGLOCK=1
 */
#include "lib.h"

static s32int sem;

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
	else if(strcmp(how, "lock") == 0) {
		fork();
		sysr1();
	}
	exits("it did not hang");
}
