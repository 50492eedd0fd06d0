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
	MAXNAME = 255, /* bytes in a name */
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
	RWlock lk;
	uvlong path; /* of the last one made */
	Evar **var; /* ascending by qid.path */
	int nvar;
	int avar;
	Evar **hash;
	int nhash;
	usize total; /* bytes of values and names */
};

void envcheckname(const char *name); /* errors if it cannot be a variable's */
Evar *envbyname(Egrp *e, const char *name); /* nil if there is none */
Evar *envbypath(Egrp *e, uvlong path);
int envfrom(
    Egrp *e, uvlong path); /* place in var of the first from that path on */
Evar *envget(
    Egrp *e, const char *name); /* made if need be; nil without memory */
void envdel(Egrp *e, Evar *v); /* v is then the caller's, to envfree */
void envfree(Evar *v);
void envtrunc(Egrp *e, Evar *v);
/* Make the value at least n bytes long, with zeros: nil, or the error's text. */
const char *envextend(Egrp *e, Evar *v, usize n);

#endif
