#include "gate/main.h"

int main(int argc, char** argv) { return kairon::gate::pre_push_main(argc, argv); }
