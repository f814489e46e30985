// Reads records of schema "oddport/1" back into what the writers were given: the other direction of report/ndjson.h.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "classify/observation.h"
#include "classify/verdict.h"

namespace oddport {

struct Record {
  Observation observation;  // without messages, exchange and rhythm, which no record has
  Verdict verdict;
};

// Times come back to the microsecond; what the registry says of the port is looked up anew. Records of `--by endpoint` are read
// as those of their server.
class RecordReader {
 public:
  // One line. The record's views hold as long as the reader does. On error returns nothing and says in `error` which member is
  // wrong.
  std::optional<Record> read(std::string_view line, std::string& error);

 private:
  std::string_view kept(std::string_view text);

  std::set<std::string, std::less<>>
      texts_;  // names of protocols and of scans: few, and often the same
};

}  // namespace oddport
