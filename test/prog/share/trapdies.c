#include "trapdies.h"

void
dies(void (*f)(void *), char *text)
{
	char *msg = childmsg(spawn(RFFDG, f, nil));

	if(strncmp(msg, text, strlen(text)) != 0)
		fail("died of '%s', not '%s'", msg, text);
	checkhas(msg, " pc=0x");
}
