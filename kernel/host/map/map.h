/*
 * host/map: the frames that a slot has mapped.
 */
#ifndef MAP_H
#define MAP_H

#include "u.h"
#include "host/base/base.h"

/* mmu.c */
enum
{
	/* frame numbers from here on are pages of the slot's small text, not frames of the
	 * arena */
	SMALLFRAME = 1 << 30,
};
/* Unmap by a host call. The list of mappings stays as it is. */
void unmap(uintptr va, uvlong len);

/* flush.c: serve requests in the kick's handler. user: the kick interrupted user mode. */
void flushkicked(int user);

/* maps.c: the list of runs that this slot has mapped. These functions make no host calls. */
void mapsclear(void);
void mapsstale(void);
/* The run that contains va, or nil. s is this slot, or an idle slot that this one has
 * reserved. */
Map *mapsfind(Slot *s, uintptr va);
/* Find the first runs in that state (Stale or Hidden) without a gap between them: [*va, *va +
 * *len). Returns 0 if no run is in that state. */
int mapsnext(int state, uintptr *va, uvlong *len);
/* All runs that touch [va, va+len) become Hidden. */
void mapshide(uintptr va, uvlong len);
/* Divide the run that contains va, so that a run begins at va. */
void mapssplit(uintptr va);
/* Remove [va, va+len) from the list. Returns 0 if the list had nothing there. */
int mapsremove(uintptr va, uvlong len);
/* Add a run of n frames from `frame' on at va, where the list has nothing. */
void mapsadd(uintptr va, u32int frame, u32int n, int prot);
/*
 * Look for an out-of-date run that has some of the n frames from `frame' on at their place from
 * va on, and that is better revived than replaced. Returns how many of the frames it has, 0 if
 * there is no such run; *before becomes how many frames come before those.
 */
u32int mapsright(uintptr va, u32int frame, u32int n, u32int *before);
/* The n pages at va, which are part of a run that mapsright found, become Current with prot. */
void mapsrevive(uintptr va, u32int n, int prot);

#endif
