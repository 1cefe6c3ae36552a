#include "commands/main.h"

int main(int argc, char** argv) { return kairon::commands::kairon_main(argc, argv); }
