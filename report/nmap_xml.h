// The findings of a scan as nmap's -oX writes them (nmap.dtd, output version 1.05), for the many tools that read that.
//
// A named service stands as `<service name="rlogin" method="probed" conf="10">`; what has only the registry's name for its port as
// `method="table" conf="3"`, as nmap itself does. Label, certainty, reason and evidence stand in a `<script id="oddport">` beside it.
#pragma once

#include "report/scanned_host.h"
#include "report/text_sink.h"

namespace oddport {

class NmapXml {
 public:
  // The sink must outlive the writer.
  explicit NmapXml(TextSink& sink) : sink_(sink) {}

  void begin(const ScanPlan& plan);
  void host(const ScannedHost& host);
  // The document is well-formed only with this.
  void end(const ScanEnd& end);

 private:
  TextSink& sink_;
};

}  // namespace oddport
