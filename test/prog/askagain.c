/*
 * askagain file text text: write the first text and print the error; then open the file again, as the
 * server has gone, write the second and print the answers.
 */
#include "lib.h"

void
main(int argc, char **argv)
{
	static char buf[2048];
	int fd, n;

	if(argc != 4)
		exits("usage: askagain file text text");
	fd = open(argv[1], ORDWR);
	if(fd < 0 || write(fd, argv[2], strlen(argv[2])) >= 0)
		exits("no error");
	print("%r\n");
	fd = open(argv[1], ORDWR);
	if(fd < 0 || write(fd, argv[3], strlen(argv[3])) < 0) {
		print("%r\n");
		exits("second query");
	}
	seek(fd, 0, 0);
	while((n = read(fd, buf, sizeof buf - 1)) > 0) {
		buf[n] = 0;
		print("%s\n", buf);
	}
	exits(nil);
}
