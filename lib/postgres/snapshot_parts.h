#pragma once
// Shared by the snapshot's .cpp files only. Each part is one or more SELECTs (kind, name, attributes)
// joined by UNION ALL; attributes are "key=value" texts joined by chr(31). $ACL(array, type, owner)$ and
// the like are replaced by snapshot_query(): see there.
namespace kairon::postgres {

extern const char* const kSnapshotRelations;
extern const char* const kSnapshotColumns;
extern const char* const kSnapshotCode;
extern const char* const kSnapshotTypes;
extern const char* const kSnapshotOperators;
extern const char* const kSnapshotSearch;
extern const char* const kSnapshotForeign;
extern const char* const kSnapshotAccess;
extern const char* const kSnapshotCluster;

}  // namespace kairon::postgres
