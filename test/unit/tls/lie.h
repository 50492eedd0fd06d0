/*
 * What the helper lyingcrypt.c answers: a key's algorithm says it.
 */
#ifndef LIE_H
#define LIE_H

#include "tls/cryptmsg.h"

enum
{
	/* there were no records, or more than a slot has */
	Lienone = Encrc4,
	Liemany = Enc3des,
	/* a record is longer than the memory: one that is opened, or sealed */
	Lieopened = Encaes128,
	Liesealed = Encaes256,
	/* it makes the memory smaller */
	Lieshrink = Encccpoly64,
	/* it never answers */
	Liesilent = Encccpoly96,
	/* it ends instead of making a key */
	Liedie = Encgcm128,
	/* none: the answers are right, but nothing is sealed */
	Lienot = Encgcm256,
};

#endif
