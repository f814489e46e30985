// Findings for people, each with the parts of its score below it, and as NDJSON, schema "oddport-finding/1".
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "report/escape.h"
#include "report/text_sink.h"
#include "triage/difference.h"
#include "triage/finding.h"

namespace oddport {

struct PageOptions {
  std::size_t width = 80;  // columns
  Charset charset = Charset::utf8;
};

void write_findings_page(TextSink& sink, const std::vector<Finding>& findings,
                         const PageOptions& options);
void write_findings_ndjson(TextSink& sink, const std::vector<Finding>& findings);

// One line a change; as NDJSON, schema "oddport-change/1".
void write_changes_page(TextSink& sink, const std::vector<Change>& changes,
                        const PageOptions& options);
void write_changes_ndjson(TextSink& sink, const std::vector<Change>& changes);

// "198.18.0.7:596/tcp"; of a client's own port "198.18.0.5:2049/tcp (client port)".
std::string name_of(const EndpointKey& key);

}  // namespace oddport
