#pragma once
#include <string>
#include <vector>

#include "config/settings.h"
#include "git/source.h"
#include "report/diagnosis.h"

namespace kairon::doctor {

/// Asks what is configured for an environment, with short timeouts and without changing anything: n8n answers
/// and takes the key; every credential that the work tree's workflows name exists there; the database answers,
/// migrations may create and alter, the backup may read everything; n8n's database lists the credentials.
/// `source` may be null: then no credentials are compared.
[[nodiscard]] std::vector<report::Diagnosis> check_environment(const config::Settings& settings, git::GitSource* source,
                                                               const std::string& environment);

}  // namespace kairon::doctor
