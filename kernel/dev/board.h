/*
 * Boards on which processes post open files: board.c keeps them, srv.c shows
 * them as files. No one else includes this.
 *
 * Boards nest. A board but the root is kept by the Chans for it or for its files,
 * by what is posted on it, and by boards below it.
 *
 * One QLock guards them all, and all functions are called with it: there are few
 * boards, and nothing waits under it but for memory. Chans are closed after it
 * is let go.
 */
#ifndef BOARD_H
#define BOARD_H

#include "u.h"
#include "dev/dev.h"

/* A file's number on its board. */
enum
{
	Qdir,
	Qclone,
	Qpost, /* the first posted */
};

/* A posted file, or the place for one. */
typedef struct Post Post;
struct Post
{
	char *name;
	const char *owner; /* interned */
	u32int perm;
	u32int file;
	Chan *chan; /* nil: nothing written yet */
	Post *next;
};

typedef struct Board Board;
struct Board
{
	long ref;
	u32int id;
	const char *owner;
	Board *parent; /* nil for the root */
	Board *next; /* sibling */
	Board *child;
	Post *post;
	u32int lastfile;
};

typedef struct Boards Boards;
struct Boards
{
	QLock lk; /* all boards and what hangs on them */
	Board root;
};

extern Boards boards;

Board *newboard(Board *parent); /* one reference. Errors. */
void putboard(Board *b); /* drops a reference; nil is fine */
Board *findboard(
    Board *top, u32int id); /* at or below top; nil if there is none */
/* Where the post with a number is linked, or would be. */
Post **findfile(Board *b, u32int file);
Post *findname(Board *b, const char *name); /* nil if there is none */
/* Errors unless name can be posted on b. */
void postcheckname(Board *b, const char *name);
/* A place for a post of up's. Errors. */
Post *newpost(Board *b, const char *name, u32int perm);
/* Take p off b, which is then kept by the caller's Chan but no longer by p: the
 * file that was there, or nil. */
Chan *takepost(Board *b, Post *p);

#endif
