/*
 * What workers of the storm do at random: each call does one of several things.
 */
#ifndef STORMACTS_H
#define STORMACTS_H

#include "u.h"
#include "aout.h"

enum
{
	Workers = 5,
	/* of a worker at once */
	Children = 3,
	/* ms: an alarm ends a wait */
	Tick = 15,

	Text = 3 * BY2PG,
	Data = 2 * BY2PG,
	Bss = 6 * BY2PG,

	/* words of each process's stack, which nobody shares */
	/* the handler is to set the alarm again */
	Waiting = USTKTOP - 64 * KiB,
	/* how many notes the handler got */
	Notes = Waiting + 8,

	/* words of a worker's memory */
	Base = 0x400000,
	Sem = Base + 16,
	/* written by a child that shares memory */
	Ack = Base + 24,
	/* a bss page for each child */
	Stamp = Base + Data,
	Scrap = Stamp + 4 * BY2PG,
};

/* A number below n, made from *s, which changes. */
u32int stormrnd(u32int *s, u32int n);
/* Wait for something. An alarm ends the wait; it kills a process without a handler. */
void actblock(u32int *s);
/* Change the name space, or the groups. */
void actnames(u32int *s);
/* Make memory and free it. */
void actmemory(u32int *s);
/* Look at process pid, or write to one of its files. */
void actmeddle(u32int *s, u32int pid);

#endif
