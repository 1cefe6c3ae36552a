#include "base/text.h"
#include "lint/support/upgrade.h"

namespace kairon::lint {
namespace upgrade_file_access {
namespace {

struct FileNode {
  std::string_view type;
  std::string_view parameter;
};

/// Nodes that read or write files of the server, and the parameters that hold the path.
constexpr std::array<FileNode, 7> kFileNodes = {{{"readWriteFile", "fileSelector"},
                                                 {"readWriteFile", "fileName"},
                                                 {"readBinaryFile", "filePath"},
                                                 {"readBinaryFiles", "fileSelector"},
                                                 {"writeBinaryFile", "fileName"},
                                                 {"executeWorkflow", "workflowPath"},
                                                 {"git", "repositoryPath"}}};

/// A path below `.n8n-files` that no `..` leads out of.
bool is_in_folder(std::string_view path) {
  constexpr std::string_view kFolder = "/.n8n-files/";
  const std::size_t at = path.find(kFolder);
  if (at == std::string_view::npos) return false;
  int depth = 0;
  for (const std::string_view part : text::split(path.substr(at + kFolder.size()), '/')) {
    if (part.empty() || part == ".") continue;
    depth += part == ".." ? -1 : 1;
    if (depth < 0) return false;
  }
  return true;
}

void check_file_access(const WorkflowInput& input, Reporter& report) {
  if (!crosses(input, 2)) return;
  for (const workflow::Node& node : input.workflow.nodes()) {
    for (const FileNode& known : kFileNodes) {
      const json::Value path = node.parameters[known.parameter];
      if (!node.is_base(known.type) || path.string().empty() || path.string().starts_with('=')) continue;
      if (is_in_folder(path.string())) continue;
      report.at(path, &node,
                kairon::format("'{}' uses the file '{}': n8n 2 allows only those in ~/.n8n-files by default", node.name,
                               path.string().substr(0, 80)),
                "move the file there, or name its folder in N8N_RESTRICT_FILE_ACCESS_TO on the server");
    }
  }
}

}  // namespace

}  // namespace upgrade_file_access

extern const WorkflowRule kUpgradeFileAccess;
const WorkflowRule kUpgradeFileAccess{
    {"upgrade/file-access", Severity::warning, Scope::always,
     "reads or writes a file outside the folder that n8n 2 allows by default",
     "In 1.x nodes use every file of the server unless N8N_RESTRICT_FILE_ACCESS_TO names folders. From 2.0 on its "
     "default is ~/.n8n-files: a node that uses another path fails.",
     "Move the files, or name their folders on the server."},
    upgrade_file_access::check_file_access,
    Needs::target};

}  // namespace kairon::lint
