/*
 * Qids, directory entries, open and mount flags: stat(2), stat(5), open(2),
 * bind(2), rfork(2), await(2). Numbers that programs see.
 */
#ifndef FCALL_H
#define FCALL_H

#include "u.h"

typedef struct Qid Qid;
struct Qid
{
	u64int path;
	u32int vers;
	uchar type;
};

enum
{
	/* Qid.type */
	QTDIR = 0x80,
	QTAPPEND = 0x40,
	QTEXCL = 0x20,
	QTMOUNT = 0x10,
	QTAUTH = 0x08,
	QTTMP = 0x04,
	QTFILE = 0x00,

	/* open(2) */
	OREAD = 0,
	OWRITE = 1,
	ORDWR = 2,
	OEXEC = 3,
	OTRUNC = 0x10,
	OCEXEC = 0x20,
	ORCLOSE = 0x40,
	OEXCL = 0x1000,

	/* access(2) */
	AEXIST = 0,
	AEXEC = 1,
	AWRITE = 2,
	AREAD = 4,

	/* bind(2) */
	MREPL = 0x0000,
	MBEFORE = 0x0001,
	MAFTER = 0x0002,
	MORDER = 0x0003,
	MCREATE = 0x0004,
	MCACHE = 0x0010,
	MMASK = 0x0017,

	/* rfork(2) */
	RFNAMEG = 1 << 0,
	RFENVG = 1 << 1,
	RFFDG = 1 << 2,
	RFNOTEG = 1 << 3,
	RFPROC = 1 << 4,
	RFMEM = 1 << 5,
	RFNOWAIT = 1 << 6,
	RFCNAMEG = 1 << 10,
	RFCENVG = 1 << 11,
	RFCFDG = 1 << 12,
	RFREND = 1 << 13,
	RFNOMNT = 1 << 14,

	/* noted(2) */
	NCONT = 0,
	NDFLT = 1,
	NSAVE = 2,
	NRSTR = 3,

	/* convM2D, stat(5) */
	BIT8SZ = 1,
	BIT16SZ = 2,
	BIT32SZ = 4,
	BIT64SZ = 8,
	QIDSZ = BIT8SZ + BIT32SZ + BIT64SZ,
	/* everything but the four strings */
	STATFIXLEN = BIT16SZ + QIDSZ + 5 * BIT16SZ + 4 * BIT32SZ + BIT64SZ,

	IOHDRSZ = 24,
	IOUNIT = 32 * 1024,
};

/* Dir.mode */
#define DMDIR 0x80000000U
#define DMAPPEND 0x40000000U
#define DMEXCL 0x20000000U
#define DMMOUNT 0x10000000U
#define DMAUTH 0x08000000U
#define DMTMP 0x04000000U

typedef struct Dir Dir;
struct Dir
{
	/* system-modified data */
	/* server type: the device's letter */
	ushort type;
	/* server subtype: the device's instance */
	u32int dev;
	/* file data */
	Qid qid;
	u32int mode;
	/* in seconds since 1970 */
	u32int atime;
	u32int mtime;
	/* in bytes */
	vlong length;
	char *name;
	char *uid;
	char *gid;
	char *muid;
};

#endif
