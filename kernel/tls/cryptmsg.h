/*
 * What the kernel and the helper run9-crypt say to each other, in memory that both have mapped.
 *
 * The memory is one Cryptmem. The kernel takes a free slot, writes a request there, sets state to
 * Casked and the slot's bit in `asked', and adds 1 to bell. A thread of the helper takes the bit,
 * carries the request out, and sets state to Cdone. bell and state are futexes. A request is one of
 *
 *   Cnewkey    makes a key of k and of the secrets at the start of data, and returns its number
 *   Cfreekey   forgets a key
 *   Cseal      makes a record of each piece of plain text rec[0..nrec-1], in place
 *   Copen      does the reverse
 *
 * One request at a time uses a key. The helper starts at the offset of a piece and may use
 * CRYPTHEAD bytes before and CRYPTTAIL bytes after a piece that it seals.
 */
#ifndef CRYPTMSG_H
#define CRYPTMSG_H

#include "u.h"

enum
{
	CRYPTMAGIC = 0x39637279,

	/* the most bytes of plain text in a record, and of the record without its header */
	MAXREC = 16384,
	MAXCIPHERREC = MAXREC + 2048,
	/* bytes of a record's header: type, version, length, in the network's order */
	RECHDR = 5,

	/* room for the header and an IV; for a MAC and padding */
	CRYPTHEAD = RECHDR + 16,
	CRYPTTAIL = 64,

	/* how many records a request can have, and bytes for each */
	CRYPTRECS = 8,
	CRYPTSTRIDE = 18560,
	CRYPTSLOTS = 64,
	/* the most bytes of a MAC's key, a cipher's key, an IV */
	CRYPTMAC = 32,
	CRYPTKEY = 32,
	CRYPTIV = 16,
};

/* The numbers of algorithms, in the order of encalgs and hashalgs: tls(3) */
enum
{
	Encclear,
	Encrc4,
	Enc3des,
	Encaes128,
	Encaes256,
	Encccpoly64,
	Encccpoly96,
	Encgcm128,
	Encgcm256,
	Nenc,
};
enum
{
	Hashclear,
	Hashmd5,
	Hashsha1,
	Hashsha256,
	Nhash,
};

/* Cryptslot.state, which is 0 before the first request */
enum
{
	Casked = 1,
	Cdone,
};

/* Cryptslot.op */
enum
{
	Cnewkey,
	Cfreekey,
	Cseal,
	Copen,
};

/* Cryptrec.err and Cryptslot.err */
enum
{
	Cok,
	/* the record's MAC is not that of its text */
	Cbadmac,
	/* the padding is wrong, or there is no room for a MAC */
	Cshortmac,
	/* the record is too short for its IV */
	Crunt,
	/* no such key; the library refuses */
	Cfailed,
};

typedef struct Cryptrec Cryptrec;
struct Cryptrec
{
	/* where the piece is in data, and its bytes. Copen: the record's text without the header;
	 * Cseal makes off that of the header */
	u32int off;
	u32int len;
	u32int err;
	/* content type */
	u32int type;
};

typedef struct Cryptslot Cryptslot;
struct Cryptslot
{
	/* futex */
	u32int state;
	u32int op;
	/* of Cnewkey: for sealing, the protocol's version, the algorithms */
	u32int seal;
	u32int version;
	u32int enc;
	u32int hash;
	/* the key's number */
	u32int key;
	u32int err;
	u32int nrec;
	u32int pad;
	/* the first record's sequence number */
	u64int seq;
	Cryptrec rec[CRYPTRECS];
	uchar data[CRYPTRECS * CRYPTSTRIDE] __attribute__((aligned(64)));
};

/* The secrets of Cnewkey, in data */
typedef struct Cryptkey Cryptkey;
struct Cryptkey
{
	uchar mac[CRYPTMAC];
	uchar key[CRYPTKEY];
	uchar iv[CRYPTIV];
};

typedef struct Cryptmem Cryptmem;
struct Cryptmem
{
	/* futex: CRYPTMAGIC once the helper serves */
	u32int ready;
	/* which algorithms there are: a bit for each */
	u32int encs;
	u32int hashes;
	/* futex: the helper's threads wait for a change */
	u32int bell __attribute__((aligned(64)));
	/* how many threads wait, or are about to */
	u32int idle;
	/* bits of slots that have a request */
	u64int asked;
	Cryptslot slot[CRYPTSLOTS] __attribute__((aligned(BY2PG)));
};

#endif
