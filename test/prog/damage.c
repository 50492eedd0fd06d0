/*
 * damage [n]: harm the kernel, and exit n pauses of the processor later. The kernel stacks of
 * other processes are said to be nowhere; children, which make system calls meanwhile, trip over
 * that.
 */
#include "lib.h"

enum
{
	/* of run9's Slots, see host/machine.h and host/addrs.h */
	KSTKTOP = 1, /* the word */
	NSLOT = 16,
	NCHILD = 6,
};

#define SELF ((u64int *)0x600040000000)
#define SLOTS ((u64int *)0x600060000000)

void
main(int argc, char *argv[])
{
	u64int own, *s;
	volatile int n;
	int i;

	n = argc > 1 ? atoi(argv[1]) : 0;
	for(i = 0; i < NCHILD; i++)
		if(fork() == 0)
			for(;;)
				sysr1();
	sleep(50);
	own = SELF[KSTKTOP];
	for(i = 1; i < NSLOT; i++) {
		s = SLOTS + i * BY2PG / sizeof *s;
		if(s[KSTKTOP] != own)
			s[KSTKTOP] = 0x1000;
	}
	while(n-- > 0)
		__asm__ volatile("pause");
	exits(nil);
}
