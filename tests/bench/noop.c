/* The smallest process there is: what a hook's start is compared with. */
int main(void) { return 0; }
