// The findings of a scan as nmap's -oG writes them: one line a host, for grep, cut and awk.
#pragma once

#include "report/scanned_host.h"
#include "report/text_sink.h"

namespace oddport {

// Fields of a port, as nmap has them: number, state, transport, owner (empty), service, RPC information (empty), version; the
// last one holds label and reason. A slash within a field becomes "|".
class Grepable {
 public:
  // The sink must outlive the writer.
  explicit Grepable(TextSink& sink) : sink_(sink) {}

  void begin(const ScanPlan& plan);
  void host(const ScannedHost& host);
  void end(const ScanEnd& end);

 private:
  TextSink& sink_;
};

}  // namespace oddport
