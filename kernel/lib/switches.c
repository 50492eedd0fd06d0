/*
 * The switches' names: switches.h.
 */
#include "lib/switches.h"
#include "lib/lib.h"

u32int switchedoff;

const char *const switchnames[] = {
    "rewrite",
    "zeroskip",
    "keepmaps",
    "smalltext",
    "lazytlb",
    "slotreuse",
    "slotkind",
    "hugepage",
    "faultaround",
    "faultrun",
    "readahead",
    "execprefill",
    "brkprefill",
    "threadpremap",
    "eagercopy",
    "forkhold",
    "headercache",
    "onestat",
    "farcalls",
    "shareexec",
    "mountcache",
    "mountpipe",
    "mountahead",
    "spin",
    nil,
};

_Static_assert(Swspin == 1U << (nelem(switchnames) - 2), "a name for each");

static int
named(const char *name, usize n)
{
	int i;

	for(i = 0; switchnames[i] != nil; i++)
		if(strlen(switchnames[i]) == n &&
		    strncmp(switchnames[i], name, n) == 0)
			return i;
	return -1;
}

const char *
switchesoff(const char *list)
{
	const char *end;
	int i;

	if(list == nil) {
		switchedoff = (2U * Swspin) - 1;
		return nil;
	}
	for(;; list = end + 1) {
		end = strchr(list, ',');
		if(end == nil)
			end = list + strlen(list);
		i = named(list, end - list);
		if(i < 0)
			return list;
		switchedoff |= 1U << i;
		if(*end == 0)
			return nil;
	}
}
