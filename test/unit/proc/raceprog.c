#include "proc/raceprog.h"

void
mustawait(const char *status)
{
	char buf[256];

	if(uawait(buf, sizeof buf) < 0)
		panic("await: %s", uerrstr());
	if(strstr(buf, status) == nil)
		panic("await: %s, not %s", buf, status);
}

void
raceinit(Userfn *init)
{
	/* nothing but the test decides the order */
	machverbose = 0;
	machinit(4096, 64);
	mkprog("/bin/init", init, Size, Size, Size, nil);
}

void
racefirst(void)
{
	execprog("/bin/init", (char *[]){"init", nil});
	touser(&up->start);
}
