/*
 * Environment groups from the inside: egrp.c keeps them, env.c shows them as
 * files.
 *
 * A group's variables are in an array in the order they were made, which is
 * also the order of their qid paths, and hashed by name. All functions but
 * envfree and envcheckname are called with the group's lk, to write if they change
 * anything, and neither sleep nor error.
 */
#ifndef EGRP_H
#define EGRP_H

#include "u.h"
#include "ns/ns.h"

enum
{
	MAXVALUE = 1 * MiB, /* bytes in a variable */
	MAXTOTAL = 16 * MiB, /* bytes in a group */
	MAXNAME = 127, /* bytes in a name */
	MINHASH = 32,
};

typedef struct Evar Evar;
struct Evar
{
	Qid qid;
	char *value;
	usize len;
	usize alloc;
	Evar *hash;
	char name[];
};

struct Egrp
{
	Ref r;
	/* rank Regrp: after Chan.dirlock, before the heap's */
	RWlock lk;
	/* qid path of the variable made last */
	uvlong path;
	/* ascending by qid.path */
	Evar **var;
	int nvar;
	int avar;
	Evar **hash;
	int nhash;
	/* bytes of values and names */
	usize total;
};

/* Errors if it cannot be a variable's */
void envcheckname(const char *name);
/* Nil if there is none */
Evar *envbyname(Egrp *e, const char *name);
Evar *envbypath(Egrp *e, uvlong path);
/* Place in var of the first from that path on */
int envfrom(Egrp *e, uvlong path);
/* Made if need be; nil without memory */
Evar *envget(Egrp *e, const char *name);
/* v is then the caller's, to envfree */
void envdel(Egrp *e, Evar *v);
void envfree(Evar *v);
void envtrunc(Egrp *e, Evar *v);
/* Make the value at least n bytes long, with zeros: nil, or the error's text. */
const char *envextend(Egrp *e, Evar *v, usize n);

#endif
