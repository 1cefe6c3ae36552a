#pragma once
#include <string>
#include <vector>

#include "n8n/content.h"
#include "n8n/tree.h"

namespace kairon::smoke {

/// Cases made of a file of payloads, and what of it could not be used.
struct FileCases {
  std::vector<n8n::Tree> cases;
  std::vector<std::string> notes;  ///< one line each
};

/// What the cases are made for.
struct FileScene {
  std::string stem;      ///< of the file's name, for the cases' names
  std::string workflow;  ///< that has to run, "" = not asserted
  const std::vector<n8n::Local>& workflows;
};

/// Makes a case of each payload: of a JSON object, of each object in a JSON array, or of each curl command of a shell
/// script that sends JSON to a webhook. Throws Error(usage) when the file holds none.
[[nodiscard]] FileCases cases_from_file(const std::string& text, const FileScene& scene);

}  // namespace kairon::smoke
