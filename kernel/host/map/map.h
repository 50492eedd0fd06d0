/*
 * host/map: what a slot has mapped of the arena.
 */
#ifndef MAP_H
#define MAP_H

#include "u.h"
#include "host/base/base.h"

/* mmu.c */
enum
{
	/* from here on not frames of the arena's, but pages of the slot's small text */
	SMALLFRAME = 1 << 30,
};
/* By the host; the list of maps stays as it is. */
void unmap(uintptr va, uvlong len);

/* flush.c: from the kick's handler. user: the kick came in user mode */
void flushkicked(int user);

/* maps.c: the list of what this slot has mapped; no host calls */
void mapsclear(void);
void mapsstale(void);
/* The run that holds va, or nil; s is this slot, or idle. */
Map *mapsfind(Slot *s, uintptr va);
/* Runs in that state, Stale or Hidden, without a gap between them; 0 if there are none. */
int mapsnext(int state, uintptr *va, uvlong *len);
/* All that is there becomes Hidden. */
void mapshide(uintptr va, uvlong len);
/* No run holds both va-1 and va any more. */
void mapssplit(uintptr va);
/* Was anything there? */
int mapsremove(uintptr va, uvlong len);
/* Nothing is there. */
void mapsadd(uintptr va, u32int frame, u32int n, int prot);
/* How many of the n frames from va on, in a row and after *before others, are there but not
 * Current, and are better revived than mapped; 0 if none are. */
u32int mapsright(uintptr va, u32int frame, u32int n, u32int *before);
/* [va, va+n pages), part of such a run, is Current from now on. */
void mapsrevive(uintptr va, u32int n, int prot);

#endif
