/*
 * What the files of this room share, and no other room may use.
 */
#ifndef INITDAT_H
#define INITDAT_H

#include "u.h"

typedef struct Chan Chan;

/* The exit statuses of an instance whose program does not run: run9(1). */
enum
{
	/* a server cannot be reached, or not be mounted */
	NoServer = 1,
	/* an option names something that does not exist */
	Usage = 2,
	NotRun = 126,
	NotFound = 127,
};

/* --- boot.c --- */

/* The user asked for something that cannot be done: print why, and end the instance. */
_Noret void bootfail(int status, const char *what, const char *why);
/* Does that error say that there is no such file? */
int notthere(const char *err);

/* --- notaout.c --- */

/* What kind of file path is, given that exec does not accept its header; nil if it is not
 * known. */
const char *notaout(const char *path);

/* --- namespace.c: all functions act on up --- */

/* Set up's root, which is also its directory. root as in defaultns. Errors. */
void rootdir(const char *root);
/* Make the default name space. root is the host directory that becomes /, or nil. Errors. */
void defaultns(const char *root);
/* The tree of a host directory. Errors. */
Chan *hosttree(const char *dir);
/* The devices of /dev that lib/namespace does not know. */
void devbinds(void);
/* run9's own programs come after those of /bin. */
void binbind(void);
/* Carry out a namespace file. name is the host's name of it. */
void nsfromfile(const char *name);
/* Carry out -b new:old[:flags]. */
void userbind(const char *arg);
/* Go to the host's current directory. Returns 0 if the name space does not have it. */
int hostdir(void);
/*
 * Go where the program starts: to name, which is -c's directory, if it is not nil. Otherwise up
 * stays where a namespace file put it. If none did, up's directory is still `old', and up goes
 * to the host's directory.
 */
void startdir(const char *name, Chan *old);

/* --- environ.c: up's environment --- */

void environment(void);
/* Set a variable. Returns 1, or 0 if #e cannot hold it: up->errstr says why. */
int envset(const char *name, const char *val);
/* readwhole, or nil if the file cannot be read. */
char *readifany(const char *name, usize *n);

/* --- mounts.c: --mount and --srv. What is wrong ends the instance --- */

/* Connect to all servers. The standard files are not used yet. */
void dialservers(void);
/* Post the connections of --srv. */
void postservers(void);
/* Mount those of --mount. */
void mountservers(void);

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
/* Go to the user's home, if the tree has it: init(8). */
void gohome(void);

/* --- exports.c --- */

/* Serve what --export asks for. */
void exports(void);
/* There is no program: up serves until it gets a note, or until the last client of a connection that
 * was there already has hung up. */
_Noret void servealone(void);

/* --- signals.c: from signalsinit on, signals reach the first process --- */

void signalsinit(void);

#endif
