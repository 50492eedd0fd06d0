/*
 * Programs of /bin: one that is none.
 */
#include "priv.h"
#include "dev/rootfile.h"

static const uchar bytes[] = "not a program";

const Rootprog rootprogs[] = {
    {"prog", bytes, bytes + sizeof bytes - 1},
    {nil, nil, nil},
};
