/*
 * A server and a client of its, with a Unix socket between them: nineport server argument ... --
 * client argument ...
 *
 * The server has its end as descriptor 3, the client as standard input. The server is this process.
 */
#include "bench.h"

#include <string.h>
#include <sys/socket.h>

int
main(int argc, char *argv[])
{
	int end[2], i;

	for(i = 1; i < argc && strcmp(argv[i], "--") != 0; i++)
		;
	if(i < 2 || i + 1 >= argc)
		return 2;
	argv[i] = NULL;
	if(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, end) < 0)
		fatal("socketpair");
	switch(fork()) {
	case -1:
		fatal("fork");
	case 0:
		dup2(end[0], 0);
		execv(argv[i + 1], argv + i + 1);
		fatal(argv[i + 1]);
	}
	/* out of the way of descriptor 3 */
	i = fcntl(end[1], F_DUPFD_CLOEXEC, 10);
	close(end[0]);
	close(end[1]);
	dup2(i, 3);
	execv(argv[1], argv + 1);
	fatal(argv[1]);
}
