#include "gate/main.h"

int main(int argc, char** argv) { return kairon::gate::post_commit_main(argc, argv); }
