/*
 * Environment groups from the inside: egrp.c has them, env.c shows them as files.
 *
 * The variables of a group are in an array, in the order in which they were made, which is also
 * the order of their qid paths. They are hashed by name. The caller of every function but
 * envfree and envcheckname holds the group's lk, to write if the function changes anything.
 * None of these sleeps or errors.
 */
#ifndef EGRP_H
#define EGRP_H

#include "u.h"
#include "ns/ns.h"

enum
{
	/* the most bytes in a variable */
	MAXVALUE = 512 * KiB,
	/* the most bytes in a group */
	MAXTOTAL = 16 * MiB,
	/* the most bytes in a name */
	MAXNAME = 127,
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
	/* qid path of the newest variable */
	uvlong path;
	/* ascending by qid.path */
	Evar **var;
	int nvar;
	int avar;
	Evar **hash;
	int nhash;
	/* bytes of all values and names */
	usize total;
};

/* Errors if name cannot be a variable's. */
void envcheckname(const char *name);
/* The variable called name; nil if there is none. */
Evar *envbyname(Egrp *e, const char *name);
Evar *envbypath(Egrp *e, uvlong path);
/* The index in var of the first variable whose qid path is at least path. */
int envfrom(Egrp *e, uvlong path);
/* The variable called name, made if necessary; nil if there is no memory. */
Evar *envget(Egrp *e, const char *name);
/* Take v out. The caller owns v then, and calls envfree. */
void envdel(Egrp *e, Evar *v);
void envfree(Evar *v);
void envtrunc(Egrp *e, Evar *v);
/* Make the value at least n bytes long; added bytes are zero. Returns nil, or the error's
 * text. */
const char *envextend(Egrp *e, Evar *v, usize n);

#endif
