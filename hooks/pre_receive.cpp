#include "gate/main.h"

int main(int argc, char** argv) { return kairon::gate::pre_receive_main(argc, argv); }
