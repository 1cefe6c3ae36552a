#include "lint/support/upgrade.h"

namespace kairon::lint {
namespace upgrade_removed_in_3 {
namespace {

/// What n8n's own migration report of 2.41 names as removed in 3.0.
constexpr std::array<RemovedType, 36> kRemovedIn3 = {
    {{"n8n-nodes-base.function", "Code (n8n-nodes-base.code, runOnceForAllItems)"},
     {"n8n-nodes-base.functionItem", "Code (n8n-nodes-base.code, runOnceForEachItem)"},
     {"n8n-nodes-base.itemLists", "Split Out, Aggregate, Sort, Limit, Remove Duplicates or Summarize"},
     {"n8n-nodes-base.cron", "Schedule Trigger"},
     {"n8n-nodes-base.interval", "Schedule Trigger"},
     {"n8n-nodes-base.htmlExtract", "HTML"},
     {"n8n-nodes-base.iCal", "Convert to File"},
     {"n8n-nodes-base.moveBinaryData", "Convert to File or Extract from File"},
     {"n8n-nodes-base.readPDF", "Extract from File"},
     {"n8n-nodes-base.readBinaryFile", "Read/Write Files from Disk"},
     {"n8n-nodes-base.readBinaryFiles", "Read/Write Files from Disk"},
     {"n8n-nodes-base.writeBinaryFile", "Read/Write Files from Disk"},
     {"n8n-nodes-base.openAi", "OpenAI (@n8n/n8n-nodes-langchain.openAi)"},
     {"n8n-nodes-base.workflowTrigger", "n8n Trigger"},
     {"n8n-nodes-base.orbit", ""},
     {"@n8n/n8n-nodes-langchain.toolHttpRequest", "HTTP Request as a tool"},
     {"@n8n/n8n-nodes-langchain.lmOpenAi", "OpenAI Chat Model"},
     {"@n8n/n8n-nodes-langchain.openAiAssistant", "OpenAI (@n8n/n8n-nodes-langchain.openAi)"},
     {"@n8n/n8n-nodes-langchain.manualChatTrigger", "Chat Trigger"},
     {"@n8n/n8n-nodes-langchain.memoryChatRetriever", "Chat Memory Manager"},
     {"@n8n/n8n-nodes-langchain.documentBinaryInputLoader", "Default Data Loader"},
     {"@n8n/n8n-nodes-langchain.documentJsonInputLoader", "Default Data Loader"},
     {"@n8n/n8n-nodes-langchain.vectorStoreInMemoryInsert", "Simple Vector Store in mode insert"},
     {"@n8n/n8n-nodes-langchain.vectorStoreInMemoryLoad", "Simple Vector Store in mode load"},
     {"@n8n/n8n-nodes-langchain.vectorStorePineconeInsert", "Pinecone Vector Store in mode insert"},
     {"@n8n/n8n-nodes-langchain.vectorStorePineconeLoad", "Pinecone Vector Store in mode load"},
     {"@n8n/n8n-nodes-langchain.vectorStoreSupabaseInsert", "Supabase Vector Store in mode insert"},
     {"@n8n/n8n-nodes-langchain.vectorStoreSupabaseLoad", "Supabase Vector Store in mode load"},
     {"@n8n/n8n-nodes-langchain.toolSerpApi", "the community node of SerpApi"},
     {"@n8n/n8n-nodes-langchain.documentGithubLoader", ""},
     {"@n8n/n8n-nodes-langchain.memoryMotorhead", ""},
     {"@n8n/n8n-nodes-langchain.memoryZep", ""},
     {"@n8n/n8n-nodes-langchain.vectorStoreZep", ""},
     {"@n8n/n8n-nodes-langchain.vectorStoreZepInsert", ""},
     {"@n8n/n8n-nodes-langchain.vectorStoreZepLoad", ""},
     {"@n8n/n8n-nodes-langchain.code", "Code, or a node of n8n that does the same"}}};

void check_removed_in_3(const WorkflowInput& input, Reporter& report) {
  if (crosses(input, 3)) report_removed(input, kRemovedIn3, "is announced to be removed in n8n 3", report);
}

}  // namespace

}  // namespace upgrade_removed_in_3

extern const WorkflowRule kUpgradeRemovedIn3;
const WorkflowRule kUpgradeRemovedIn3{
    {"upgrade/removed-in-3", Severity::error, Scope::always,
     "uses a node type that is announced to be removed in n8n 3",
     "n8n's migration report (module breaking-changes, 2.41) and its page on 3.0 name the types that 3.0 no longer "
     "has. A "
     "workflow that holds an unknown type, even disabled, cannot be opened or run.",
     "Replace the node by its successor before the upgrade; `kairon fix --target 3` does it where that is exact."},
    upgrade_removed_in_3::check_removed_in_3,
    Needs::target};

}  // namespace kairon::lint
