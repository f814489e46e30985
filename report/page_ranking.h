// Turns endpoints, judged against each other, into the findings of a report.
#pragma once

#include <cstddef>
#include <vector>

#include "report/page_data.h"
#include "triage/difference.h"
#include "triage/endpoint_view.h"
#include "triage/finding.h"

namespace oddport {

// Reason, evidence and bytes are left empty: only the caller knows where they
// are kept. Of the clients those with the most flows are told, at most
// `most_clients`, and the one that keeps time.
PageFinding page_finding(const EndpointView& view, const Census& census, std::size_t most_clients);

// The highest score first; of equal ones the oddest and surest.
bool ranks_before(const PageFinding& a, const PageFinding& b);

PageChange page_change(const Change& change);

}  // namespace oddport
