/*
 * The devices of this system. One line here adds a device.
 */
#include "u.h"
#include "dev/dev.h"
#include "init/init.h"
#include "lib/lib.h"
#include "net/net.h"
#include "tls/tls.h"

static Dev *const devices[] = {
    &rootdev,
    &archdev,
    &capdev,
    &cmddev,
    &consdev,
    &dupdev,
    &envdev,
    &ipdev,
    &mntdev,
    &pipedev,
    &procdev,
    &segmentdev,
    &shrdev,
    &skeldev,
    &srvdev,
    &swapdev,
    &tlsdev,
    &hostdev,
};

void
enterdevices(void)
{
	u32int i;

	for(i = 0; i < nelem(devices); i++)
		adddev(devices[i]);
}
