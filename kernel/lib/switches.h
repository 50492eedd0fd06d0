/*
 * Switches: the parts that make run9 quicker, and that programs do not notice, can be turned off
 * one by one. Tests do so to show that programs see no difference, and bench/switches.sh to show
 * what each part is worth.
 *
 *   isoff        asked where the part begins
 *   switchesoff  turns off a list of parts by name: run9 --no=
 *
 * Switches are set before the first process starts, and do not change afterwards.
 */
#ifndef SWITCHES_H
#define SWITCHES_H

#include "u.h"

enum
{
	/* host: text is rewritten to make system calls by gates */
	Swrewrite = 1 << 0,
	/* host: storing zeros in untouched memory makes no page */
	Swzeroskip = 1 << 1,
	/* host: a slot keeps the mappings of its last program */
	Swkeepmaps = 1 << 2,
	/* host: small text is copied instead of mapped */
	Swsmalltext = 1 << 3,
	/* host: a process that sleeps serves shootdowns later */
	Swlazytlb = 1 << 4,
	/* host: a host process runs another process after its last one */
	Swslotreuse = 1 << 5,
	/* host: a process prefers a slot that last ran one of its kind */
	Swslotkind = 1 << 6,
	/* mm: the host makes 2 MiB of memory at once */
	Swhugepage = 1 << 7,
	/* mm: a fault maps the pages that exist around it */
	Swfaultaround = 1 << 8,
	/* mm: a fault on zero-fill memory makes several pages */
	Swfaultrun = 1 << 9,
	/* mm: a file's pages are read before they are needed */
	Swreadahead = 1 << 10,
	/* mm: exec makes and maps a small program's data and bss */
	Swexecprefill = 1 << 11,
	/* mm: brk makes and maps the working set of earlier runs */
	Swbrkprefill = 1 << 12,
	/* mm: a thread begins with the pages of its shared Segments mapped */
	Swthreadpremap = 1 << 13,
	/* mm: rfork copies a few dirty pages at once */
	Sweagercopy = 1 << 14,
	/* mm: threads keep their mappings until a child of rfork execs */
	Swforkhold = 1 << 15,
	/* mm: an executable's header is noted in its Image */
	Swheadercache = 1 << 16,
	/* ns: a path without a mount point is walked by one stat */
	Swonestat = 1 << 17,
	/* ns: system calls on names are one call of the device */
	Swfarcalls = 1 << 18,
	/* dev: an open of an executable that runs shares its descriptor */
	Swshareexec = 1 << 19,
	/* dev: files mounted with MCACHE are cached */
	Swmountcache = 1 << 20,
	/* dev: long reads and writes of such files are several requests at once */
	Swmountpipe = 1 << 21,
	/* dev: such files are read ahead */
	Swmountahead = 1 << 22,
	/* sync: a waiter spins before it sleeps */
	Swspin = 1 << 23,
};

/* The names, in the order of the bits, then nil. */
extern const char *const switchnames[];

extern u32int switchedoff;

#define isoff(machine) (__builtin_expect((switchedoff & (machine)) != 0, 0))

/* Turn off the parts that list names, separated by commas, or all of them if list is nil.
 * Returns nil, or the first unknown name. */
const char *switchesoff(const char *list);

#endif
