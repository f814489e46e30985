// Lines of Zeek's conn.log (TSV or JSON) or of Suricata's eve.json in, the same lines with verdicts out.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "classify/classifier.h"
#include "cli/logged_flow.h"

namespace oddport {

class LogEnricher {
 public:
  // The classifier must outlive this.
  LogEnricher(const Classifier& classifier, const PortSet& watched);

  // Appends the line, with an LF and with what could be added. Returns what is wrong with a line that should have had a flow
  // and has none that can be read, and is passed on as it was; empty where all is well.
  std::string add(std::string_view line, std::string& out);

 private:
  // Where a value stands in a line of tabs; npos where the log has no such column.
  struct Columns {
    static constexpr std::size_t none = static_cast<std::size_t>(-1);
    std::size_t client_ip = none;
    std::size_t client_port = none;
    std::size_t server_ip = none;
    std::size_t server_port = none;
    std::size_t transport = none;
    std::size_t service = none;
    std::size_t history = none;
    std::size_t client_bytes = none;
    std::size_t server_bytes = none;
    std::size_t count = 0;
    bool complete() const;
  };

  std::string add_header(std::string_view line, std::string& out);
  std::string add_row(std::string_view line, std::string& out);
  std::string add_json(std::string_view line, std::string& out);
  bool name_columns(std::string_view names);
  bool watches(const LoggedFlow& flow) const;

  const Classifier& classifier_;
  PortSet watched_;
  Columns columns_;
  std::vector<std::string_view> cells_;
  char separator_ = '\t';
  std::string unset_ = "-";
  bool in_table_ = false;
};

}  // namespace oddport
