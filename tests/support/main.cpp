#include <doctest/doctest.h>

#include "base/signals.h"

int main(int argc, char** argv) {
  kairon::signals::install();
  doctest::Context context(argc, argv);
  return context.run();
}
