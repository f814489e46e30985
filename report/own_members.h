// What formats of others have no place for: the members of an object `oddport`, in the words of report/ndjson.h.
#pragma once

#include "classify/observation.h"
#include "classify/verdict.h"
#include "report/json_writer.h"
#include "triage/endpoint_fold.h"

namespace oddport {

// Members that do not apply are left out.
void write_own_members(JsonWriter& json, const Observation& seen, const Verdict& verdict);
// What only the records of `--by endpoint` have, there as well.
void write_endpoint_members(JsonWriter& json, const EndpointRecord& endpoint);

}  // namespace oddport
