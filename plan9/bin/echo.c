/*
 * echo [-n] [arg ...]: echo(1), in one write.
 */
#include "lib.h"

void
main(int argc, char *argv[])
{
	usize len = 1;
	char *buf, *p, *e;
	int i, nl = 1;

	argv++, argc--;
	if(argc > 0 && strcmp(argv[0], "-n") == 0) {
		nl = 0;
		argv++, argc--;
	}
	for(i = 0; i < argc; i++)
		len += strlen(argv[i]) + 1;
	buf = malloc(len + 1);
	if(buf == nil)
		sysfatal("echo: %r");
	p = buf;
	e = buf + len + 1;
	for(i = 0; i < argc; i++) {
		if(i > 0)
			*p++ = ' ';
		p = strecpy(p, e, argv[i]);
	}
	if(nl)
		*p++ = '\n';
	if(p > buf && write(1, buf, p - buf) != p - buf)
		sysfatal("echo: write error: %r");
	exits(nil);
}
