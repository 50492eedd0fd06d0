/*
 * 9P2000 messages: intro(5), and what client and server agree upon here.
 */
#ifndef P9MSG_H
#define P9MSG_H

#include "u.h"
#include "fcall.h"
#include "p9types.h"

enum
{
	/* size[4] type[1] tag[2] */
	MSGHDR = BIT32SZ + BIT8SZ + BIT16SZ,
	/* fid[4] offset[8] count[4], in Twrite */
	IOHDR = BIT32SZ + BIT64SZ + BIT32SZ,
	/* names in one walk: walk(5) */
	WALKMAX = 16,
	MSIZEMIN = 256,
	MSIZEMAX = 1024 * KiB,
};

#define NOTAG ((ushort)0xFFFF)
#define NOFID (~(u32int)0)

#endif
