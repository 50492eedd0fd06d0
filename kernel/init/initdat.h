/*
 * What the files of this room share, and no other room may use.
 */
#ifndef INITDAT_H
#define INITDAT_H

#include "u.h"

typedef struct Chan Chan;

/* The instance's exit statuses when the program does not run: run9(1). */
enum
{
	/* an option names something that cannot be had */
	Usage = 2,
	NotRun = 126,
	NotFound = 127,
};

/* --- boot.c --- */

/* Something that the user asked for cannot be done: say so and end. */
_Noret void bootfail(int status, const char *what, const char *why);

/* --- notaout.c --- */

/* What the file is, which has no header that exec takes; nil if that cannot be told. */
const char *notaout(const char *path);

/* --- namespace.c: all for up --- */

/* up's root, which is its directory too; root as for defaultns. Errors. */
void rootdir(const char *root);
/* The default name space; root: the host directory that is /, or nil. Errors. */
void defaultns(const char *root);
/* The tree of a host directory. Errors. */
Chan *hosttree(const char *dir);
/* The devices of /dev that lib/namespace does not know. */
void devbinds(void);
/* The text of a file, smalloc'ed. Errors. */
char *readtext(const char *name);
/* Carry out a namespace file. It lies where the host would find name. */
void nsfromfile(const char *name);
/* Carry out -b new:old[:flags]. */
void userbind(const char *arg);
/* Go to the host's current directory: 0 if the name space has none. */
int hostdir(void);
/* Go where the program starts: -c's directory name if there is one. Else up stays where a
 * namespace file put it; dot is old where none did, and the host's directory is it. */
void startdir(const char *name, Chan *old);

/* --- environ.c: up's environment --- */

void environment(void);
/* A variable, unless #e cannot show the name. */
void envset(const char *name, const char *val);

/* --- tree.c: with a Plan 9 tree as root --- */

/* The binds that every name space of the instance has. Errors. */
void treebase(const char *root);
/* The variables that init(8) makes. */
void treeenv(void);
/* The size of the login's window, or another size, becomes variables of the environment that
 * treeenv made. */
void windowsize(void);
/* The name space by the tree's /lib/namespace, if it has one. */
void treens(void);

/* --- signals.c: from here on signals reach initproc --- */

void signalsinit(void);

#endif
