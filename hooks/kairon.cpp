#include "gate/main.h"

int main(int argc, char** argv) { return kairon::gate::kairon_main(argc, argv); }
