/*
 * ttysh: a shell for tests of terminals: reads lines from /dev/cons and says what came.
 *
 *	ttysh [-l]	-l: read $home/lib/profile first, like rc: a line is printed
 *
 *	raw n		raw mode for n bytes, which are printed as numbers
 *	wait		until an environment variable COLS has another value
 *	var name	its value
 *	pwd		the current directory
 *	exit [status]
 *
 * A note is printed and taken. At the end of the file it says so, and exits.
 */
#include "lib.h"

static void
take(Ureg *u, char *note)
{
	(void)u;
	print("note %s\n", note);
	noted(NCONT);
}

static char *
var(char *name)
{
	static char buf[256];
	char file[64];

	snprint(file, sizeof file, "/env/%s", name);
	if(readfile(file, buf, sizeof buf) < 0)
		return "";
	return buf;
}

static void
pwd(void)
{
	char buf[256];
	int fd;

	fd = open(".", OREAD);
	if(fd < 0 || fd2path(fd, buf, sizeof buf) < 0)
		print("pwd: %r\n");
	else
		print("pwd %s\n", buf);
	close(fd);
}

static void
raw(int n)
{
	uchar c;
	int fd;

	fd = open("/dev/consctl", OWRITE);
	if(fd < 0 || write(fd, "rawon", 5) != 5)
		print("no raw mode: %r\n");
	print("raw\n");
	for(; n > 0 && read(0, &c, 1) == 1; n--)
		print("byte %d\n", c);
	close(fd);
}

static void
waitsize(void)
{
	char was[32];

	strecpy(was, was + sizeof was, var("COLS"));
	print("waiting\n");
	while(strcmp(var("COLS"), was) == 0)
		sleep(20);
	print("cols %s\n", var("COLS"));
}

static void
command(char *line)
{
	char *f[4];
	int n;

	n = tokenize(line, f, 4, " \t\r\n");
	if(n == 0)
		return;
	if(strcmp(f[0], "exit") == 0)
		exits(n > 1 ? f[1] : "");
	else if(strcmp(f[0], "raw") == 0 && n > 1)
		raw(atoi(f[1]));
	else if(strcmp(f[0], "pwd") == 0)
		pwd();
	else if(strcmp(f[0], "wait") == 0)
		waitsize();
	else if(strcmp(f[0], "var") == 0 && n > 1)
		print("%s\n", var(f[1]));
	else
		print("unknown %s\n", f[0]);
}

static void
profile(void)
{
	char name[256], text[1024];

	snprint(name, sizeof name, "%s/lib/profile", var("home"));
	if(readfile(name, text, sizeof text) >= 0)
		print("profile %s\n", text);
}

/* A line, read byte by byte: the rest may be for another program. */
static int
getline(char *line, int max)
{
	int n, r;

	for(n = 0; n < max - 1; n++) {
		r = read(0, line + n, 1);
		if(r <= 0 && n == 0)
			return r;
		if(r <= 0)
			break;
		if(line[n] == '\n') {
			n++;
			break;
		}
	}
	line[n] = 0;
	return n;
}

void
main(int argc, char *argv[])
{
	char line[256];
	int n;

	notify(take);
	if(argc > 1 && strcmp(argv[1], "-l") == 0)
		profile();
	for(;;) {
		print("%% ");
		n = getline(line, sizeof line);
		if(n == 0)
			break;
		if(n < 0) {
			print("error %r\n");
			continue;
		}
		command(line);
	}
	print("end\n");
	exits("");
}
