/*
 * Boards on which processes post open files: board.c keeps them, srv.c shows
 * them as files. No other file includes this.
 *
 * Boards nest. A board, except the root, lives while there are Chans for it or its
 * files, posts on it, or boards below it.
 *
 * One QLock guards all boards, and all functions are called with it: there are few
 * boards, and only memory is waited for under it. Chans are closed without it.
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

/* A post: a file, or nothing yet. */
typedef struct Post Post;
struct Post
{
	char *name;
	/* interned */
	const char *owner;
	u32int perm;
	u32int file;
	/* nil: nothing written yet */
	Chan *chan;
	Post *next;
};

typedef struct Board Board;
struct Board
{
	long ref;
	u32int id;
	const char *owner;
	/* nil for the root */
	Board *parent;
	/* sibling */
	Board *next;
	Board *child;
	Post *post;
	u32int lastfile;
	/* its clone file was closed: nothing is posted any more */
	int closed;
};

typedef struct Boards Boards;
struct Boards
{
	/* all boards and what hangs on them. Rank Rboards: before chanalloc.lk */
	QLock lk;
	Board root;
};

extern Boards boards;

/* One reference. Errors. */
Board *newboard(Board *parent);
/* Drops a reference; nil is fine */
void putboard(Board *b);
/* At or below top; nil if there is none */
Board *findboard(Board *top, u32int id);
/* Where the post with this number is linked, or would be. */
Post **findfile(Board *b, u32int file);
/* Errors unless name can be posted on b. */
void postcheckname(Board *b, const char *name);
/* Make an empty post of up's. Errors. */
Post *newpost(Board *b, const char *name, u32int perm);
/* Take p off b. The posted file, or nil. p keeps b no longer: the caller's Chan must. */
Chan *takepost(Board *b, Post *p);

#endif
