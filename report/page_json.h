// The data of the report page as one JSON object that may stand inside HTML.
#pragma once

#include <string>

#include "report/page_data.h"

namespace oddport {

// Without a line end. Every '<' is written as \u003c and every character that acts instead of being seen as its escape, so that no
// banner ends the element it stands in. Times are milliseconds since 1970, bytes are hexadecimal. What the registry tells of the ports 500-1023 is
// part of it.
std::string page_json(const PageData& data);

// Where a link to a finding leads: "198.18.0.7-596-tcp", "198.18.0.7-2049-tcp-client".
std::string finding_name(const PageFinding& finding);

}  // namespace oddport
