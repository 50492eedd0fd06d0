/*
 * The devices.
 */
#include "u.h"
#include "dev/dev.h"

Dev *devtab[] = {
    &rootdev,
    &consdev,
    &dupdev,
    &envdev,
    &pipedev,
    &procdev,
    &srvdev,
    &swapdev,
    &hostdev,
    nil,
};
