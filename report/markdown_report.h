// The report as Markdown (CommonMark with the tables of GitHub and GitLab), for tickets and wikis.
#pragma once

#include <cstddef>

#include "report/page_data.h"
#include "report/text_sink.h"

namespace oddport {

// At most `most` findings in full, those that rank highest; the others are counted. What strangers wrote is shown as text: it makes no links, images,
// headings or HTML, and notifies nobody.
void write_markdown(TextSink& sink, const PageData& data, std::size_t most = 50);

}  // namespace oddport
