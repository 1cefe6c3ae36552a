#pragma once

namespace kairon::commands {

/// The program `kairon`. Returns the process's exit code (base/error.h: ExitCode) and throws nothing.
int kairon_main(int argc, char** argv);

}  // namespace kairon::commands
