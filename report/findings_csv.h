// The findings of a report as CSV (RFC 4180), one line each, for spreadsheets.
#pragma once

#include "report/page_data.h"
#include "report/text_sink.h"

namespace oddport {

// Cells are made safe as in report/csv.h.
void write_findings_csv(TextSink& sink, const PageData& data);

}  // namespace oddport
