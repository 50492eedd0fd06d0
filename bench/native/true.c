/*
 * A small static C program of the host, with its C library.
 */
int
main(void)
{
	return 0;
}
